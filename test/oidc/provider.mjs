// SPDX-License-Identifier: PostgreSQL
// The provider: a process of its own, that publishes the keys it is told to.
//
//	provider.mjs TLS_FOLDER PORT PORT
//
// It serves two issuers with the same keys, as a provider with several tenants may, a port each
// (0: any). Its keys are changed as its authors advise: a new key is published at the end of the
// list, signs when it is first, and the old one is removed, each time by loading the
// configuration anew. Messages to its parent: the ports; when keys are published; each request
// for the key set.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import Provider from 'oidc-provider';
import { AUDIENCE, CLAIMS, CLIENT, USER, now } from './names.mjs';

const [folder, ...ports] = process.argv.slice(2);
const tls = {
  key: readFileSync(`${folder}/server.key`),
  cert: readFileSync(`${folder}/server.pem`),
};

function configuration(keys) {
  return {
    jwks: { keys },
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        getResourceServerInfo: () => ({
          audience: AUDIENCE,
          scope: '',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
        }),
      },
    },
    // every token is another user's
    extraTokenClaims: () => ({
      [CLAIMS]: {
        'x-hasura-allowed-roles': ['user'],
        'x-hasura-default-role': 'user',
        [USER]: randomUUID(),
      },
    }),
  };
}

// Tells of each answer with a key set when it was asked for, and which keys it had.
async function log(ctx, next) {
  const at = now();

  await next();
  if (ctx.oidc?.route === 'jwks') {
    process.send({ asked: { at, kids: ctx.body.keys.map(({ kid }) => kid) } });
  }
}

class Issuer {
  #handle = (_, response) => response.writeHead(503).end();

  #server = createServer(tls, (request, response) => this.#handle(request, response));

  async listen(port) {
    await new Promise((resolve) => {
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    return this.#server.address().port;
  }

  publish(keys) {
    const provider = new Provider(
      `https://127.0.0.1:${this.#server.address().port}`,
      configuration(keys),
    );

    provider.use(log);
    this.#handle = provider.callback();
  }
}

const issuers = ports.map(() => new Issuer());

process.on('message', ({ keys }) => {
  issuers.forEach((issuer) => issuer.publish(keys));
  process.send({ published: { at: now() } });
});
process.on('disconnect', () => process.exit());
process.send({
  ports: await Promise.all(issuers.map((issuer, i) => issuer.listen(Number(ports[i])))),
});
