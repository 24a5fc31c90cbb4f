// SPDX-License-Identifier: PostgreSQL
// A provider of OpenID Connect changes its keys, well-mannered and rude, and is down for a while,
// while clients get tokens of it and show them to herm_jwt. judge.mjs says which verdicts are
// wrong. Prints TAP; test/oidc/run starts it.
//
//	oidc.mjs TLS_FOLDER
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, comment, finish } from '../node/tap.mjs';
import { Client } from './client.mjs';
import { Judge } from './judge.mjs';
import { AUDIENCE } from './names.mjs';
import { ProviderProcess } from './provider_process.mjs';
import { Session } from './session.mjs';

const CLIENTS = 8;
const ROUNDS = 5;
const COOLDOWN = 1000;
// ends a hang, nothing else
const PATIENCE = 60_000;

const [folder] = process.argv.slice(2);
const provider = new ProviderProcess(folder);
const judge = new Judge();
const operator = new Session();
const clients = [];
const scene = { judge, isOver: false, strangers: false };
let failed = null;

// ---- waiting ----

async function until(what, condition) {
  const deadline = Date.now() + PATIENCE;

  while (!(await condition())) {
    if (failed) {
      throw failed;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited in vain until ${what}`);
    }
    await sleep(20);
  }
}

// Until each client has had some rounds more that began with a fresh token of this key.
async function rounds({ kid }) {
  const before = clients.map((client) => client.rounds.get(kid) ?? 0);

  // the one under way may have begun earlier
  await until(`all clients have had tokens of ${kid}`, () =>
    clients.every((client, i) => (client.rounds.get(kid) ?? 0) > before[i] + ROUNDS),
  );
}

async function is(condition, values) {
  return (await operator.ask(`SELECT ${condition}`, values)) === 't';
}

function untilKnown({ kid }) {
  return until(`herm_jwt knows ${kid}`, () =>
    is("EXISTS (SELECT FROM herm_jwt.keys WHERE kid = :'kid')", { kid }),
  );
}

// ---- keys ----

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
}

// The first one signs. Returns when it was done.
async function publish(...keys) {
  judge.publishing(keys.map(({ kid }) => kid));
  const at = await provider.publish(keys);

  judge.published();
  return at;
}

// herm_jwt takes what is published, and so lets go of a key that is not.
async function refresh(removed) {
  const outcome = await operator.ask('SELECT outcome FROM herm_jwt.refresh_jwks()');

  assert.equal(outcome, 'fetched');
  judge.forget(removed.kid);
}

// ---- phases ----

// A part of the story, in which no verdict may be wrong, and each of these kinds must have been
// given, beside those of every part.
async function phase(name, kinds, story) {
  const expected = ['accepted', 'tampered', 'forged', 'elsewhere', ...kinds];

  if (scene.strangers) {
    expected.push('strange');
  }
  const requests = provider.requests.length;

  judge.take();
  await story();
  const { counts, wrong } = judge.take();
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);

  await check(`${name}: no verdict is wrong`, () => {
    assert.equal(wrong.length, 0, [...new Set(wrong)].slice(0, 20).join('\n'));
    for (const kind of expected) {
      assert.ok(counts[kind] > 0, `no token was ${kind}`);
    }
  });
  comment(`${name}: ${total} verdicts: ${JSON.stringify(counts).replace(/[{}"]/g, '')}`);
  comment(`${name}: ${provider.requests.length - requests} requests for the key set`);
  return counts;
}

function reportArrival(name, young, rotated) {
  const took = judge.firstAccepted(young.kid) - rotated;

  comment(`${name}: the first token of the new key was accepted after ${took.toFixed(1)} ms`);
}

// Between two requests that nobody ordered passes a cooldown: the fetcher counts it from the end
// of the one before, the log from its beginning; clocks may be slewed a little.
function checkRequests(name, requests) {
  return check(`${name}: strangers do not make herm_jwt ask more often than it may`, () => {
    assert.ok(requests.length > 1, 'it has asked once at most');
    requests.slice(1).forEach(({ at }, i) => {
      assert.ok(at - requests[i].at > 0.99 * COOLDOWN, `${at - requests[i].at} ms`);
    });
  });
}

async function start(key) {
  await provider.start();
  [scene.issuer, scene.elsewhere] = provider.ports.map((port) => `https://127.0.0.1:${port}`);
  await publish(key);
  const url = `${scene.issuer}/jwks`;
  const settings = {
    ca_file: `${folder}/ca.pem`,
    jwks_cooldown: `${COOLDOWN} ms`,
    jwt_secret: JSON.stringify({ jwk_url: url, issuer: scene.issuer, audience: AUDIENCE }),
  };

  for (const [name, value] of Object.entries(settings)) {
    await operator.ask(`ALTER SYSTEM SET herm_jwt.${name} = :'value'`, { value });
  }
  await operator.ask('SELECT pg_reload_conf()');
  await untilKnown(key);
  await check('the provider names the URL that is configured', async () => {
    const document = await (
      await fetch(`${scene.issuer}/.well-known/openid-configuration`)
    ).json();

    assert.equal(document.jwks_uri, url);
    assert.equal(document.issuer, scene.issuer);
  });
}

function letClientsIn() {
  for (let i = 0; i < CLIENTS; i++) {
    clients.push(new Client());
  }
  return clients.map((client) =>
    client.run(scene).catch((error) => {
      failed = error;
    }),
  );
}

// The requests for the key set since there were so many.
function requestsSince(count) {
  return provider.requests.slice(count);
}

function untilAskedAgain() {
  const count = provider.requests.length;

  return until('strangers have made herm_jwt ask', () => requestsSince(count).length > 0);
}

// Nothing has made herm_jwt ask for a while; tokens of a removed key would.
async function beQuiet(key, removed) {
  if (removed) {
    clients.forEach((client) => client.drop(removed.kid));
    await rounds(key);
  }
  await until('an unknown key may be fetched', () =>
    is("bool_and(fetched_at + :'cooldown' < clock_timestamp()) FROM herm_jwt.jwk_urls", {
      cooldown: `${COOLDOWN} ms`,
    }),
  );
}

// The new key is published; when everybody may know it, it signs; then the old one is removed.
// Returns the requests for the key set.
async function rotatePolitely(name, old, young) {
  const count = provider.requests.length;
  let rotated;
  let requests;

  judge.watch(young.kid);
  await phase(name, ['removed'], async () => {
    await publish(old, young);
    await rounds(old);
    if (scene.strangers) {
      await untilKnown(young);
      await untilAskedAgain();
    }
    rotated = await publish(young, old);
    await rounds(young);
    await publish(young);
    await rounds(young);
    requests = requestsSince(count);
    await refresh(old);
    await rounds(young);
  });
  reportArrival(name, young, rotated);
  return requests;
}

// The old key is gone and the new one signs, at once; amid strangers just when herm_jwt has asked,
// for their sake. Returns the requests for the key set, and of how many tokens herm_jwt could not
// know the key.
async function rotateRudely(name, old, young) {
  const count = provider.requests.length;
  let rotated;

  judge.excuse(young.kid);
  const { late = 0 } = await phase(name, ['removed'], async () => {
    if (scene.strangers) {
      await untilAskedAgain();
    }
    rotated = await publish(young);
    await until('the new key is known', () => judge.firstAccepted(young.kid) !== null);
    judge.forget(old.kid);
    await rounds(young);
  });
  reportArrival(name, young, rotated);
  comment(`${name}: ${late} tokens of the new key were refused before that`);
  return { requests: requestsSince(count), late };
}

function failures() {
  return operator.ask('SELECT sum(failures) FROM herm_jwt.jwk_urls');
}

// Strangers make herm_jwt ask while there is nobody to answer.
async function goDown(name, key) {
  await phase(name, [], async () => {
    const before = Number(await failures());

    await provider.kill();
    await until('three fetches have failed', async () => Number(await failures()) >= before + 3);
    await provider.start();
    await publish(key);
    await rounds(key);
    await until('a fetch has succeeded', () =>
      is('bool_and(last_error IS NULL) FROM herm_jwt.jwk_urls'),
    );
  });
}

async function story() {
  const keys = Array.from({ length: 5 }, newKey);
  let name = 'one key';

  await start(keys[0]);
  const runs = letClientsIn();

  await phase(name, [], () => rounds(keys[0]));
  await check(`${name}: one request serves all sessions`, () =>
    assert.equal(provider.requests.length, 1),
  );

  name = 'polite rotation';
  await beQuiet(keys[0]);
  const polite = await rotatePolitely(name, keys[0], keys[1]);
  await check(`${name}: the first tokens of the new key make one request`, () =>
    assert.equal(polite.length, 1),
  );

  name = 'rude rotation';
  await beQuiet(keys[1], keys[0]);
  const rude = await rotateRudely(name, keys[1], keys[2]);
  await check(`${name}: the first tokens of the new key wait for one request`, () => {
    assert.equal(rude.late, 0);
    assert.equal(
      rude.requests.filter(({ at }) => at < judge.firstAccepted(keys[2].kid)).length,
      1,
    );
  });

  scene.strangers = true;
  name = 'polite rotation amid strangers';
  await checkRequests(name, await rotatePolitely(name, keys[2], keys[3]));
  name = 'rude rotation amid strangers';
  await checkRequests(name, (await rotateRudely(name, keys[3], keys[4])).requests);
  await goDown('the provider is down for a while', keys[4]);

  scene.isOver = true;
  await Promise.all(runs);
}

try {
  await story();
} catch (error) {
  await check(`the story goes on to its end`, () => {
    throw failed ?? error;
  });
  comment(error.stack);
  comment(JSON.stringify(judge.take(), null, 2));
}
process.exit(finish() ? 0 : 1);
