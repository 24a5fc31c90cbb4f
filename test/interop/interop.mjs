// SPDX-License-Identifier: PostgreSQL
// Tokens and keys of jose and jsonwebtoken in herm_jwt, and herm_jwt's in them: every algorithm,
// both ways. What one refuses, all refuse, for the same reason. Prints TAP; test/interop/run
// starts it.
import assert from 'node:assert/strict';
import * as crypto from 'node:crypto';
import * as jose from 'jose';
import { check, finish } from './matrix.mjs';
import {
  KID,
  LIBRARIES,
  configOf,
  makeEntries,
  partiesOf,
  sign,
  verdictOf,
  verify,
} from './parties.mjs';
import {
  AUDIENCE,
  CONTENTS,
  HASURA_PAYLOAD,
  ISSUER,
  JUDGED_CLAIMS,
  JUDGED_STRICTLY,
  PAYLOAD,
} from './payloads.mjs';
import * as herm from './server.mjs';

// one of each family, where the algorithm does not matter
const FAMILIES = ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'];

// ---- every algorithm, both ways ----

async function intoHerm(signer, entry) {
  const { name, label, key, stranger } = entry;
  const token = await sign[signer](PAYLOAD, entry);
  const accepts = (how, config, signed = token) =>
    check(
      `a token that ${signer} signs with ${label} is good in herm_jwt, with ${how}`,
      () => assert.deepEqual(herm.verify(signed, config), PAYLOAD),
      label,
      `${signer} > herm_jwt`,
    );
  const keys = [
    { ...stranger.key.publicJwk, kid: 'another key' },
    { ...key.publicJwk, kid: KID, use: 'sig', alg: name },
  ];

  await accepts(
    key.privateJwk ? "jose's PEM of the public key" : 'the secret as text',
    configOf(entry),
  );
  await accepts("jose's JSON Web Key as the only key", { jwks: { keys: [key.publicJwk] } });
  await accepts('a key set in which the kid finds the key', { jwks: { keys } });
  if (key.octets) {
    const binary = { name, key: { signing: key.octets, forSigning: key.octets } };
    await accepts(
      'a secret that is no text, as JSON Web Key',
      { jwks: { keys: [{ ...key.octetsJwk, kid: KID }] } },
      await sign[signer](PAYLOAD, binary),
    );
  }
}

// jose finds the key by the kid, as herm_jwt does.
async function verifyWithSet(token, { key, stranger }) {
  const keys = [
    { ...stranger.key.publicJwk, kid: 'another key' },
    { ...key.publicJwk, kid: KID },
  ];
  const { payload, protectedHeader } = await jose.jwtVerify(
    token,
    jose.createLocalJWKSet({ keys }),
  );

  return { header: protectedHeader, payload };
}

async function outOfHerm(reader, entry) {
  const { name, label, key } = entry;
  const accepts = (how, make, read = verify[reader]) =>
    check(
      `a token that herm_jwt signs with ${label} is good in ${reader}, ${how}`,
      async () =>
        assert.deepEqual(await read(make(), entry), {
          header: { alg: name, typ: 'JWT', kid: KID },
          payload: PAYLOAD,
        }),
      label,
      `herm_jwt > ${reader}`,
    );
  const signed = () => sign.herm_jwt(PAYLOAD, entry);

  if (!key.privateJwk) {
    await accepts('signed with a text', signed);
    return;
  }
  await accepts("signed with jose's PEM (PKCS#8)", signed);
  await accepts("signed with jose's private JSON Web Key", () =>
    herm.sign(PAYLOAD, JSON.stringify(key.privateJwk), name, KID),
  );
  if (reader === 'jose') {
    await accepts('its kid finds the key in a set', signed, verifyWithSet);
  }
}

// What the table calls unknown is tried, so that a newer package does not go untested.
async function unknownTo(library, entry) {
  await check(`${library} does not know ${entry.label}: there is nothing to compare`, async () => {
    await assert.rejects(async () => sign[library](PAYLOAD, entry), 'it can sign');
    const token = sign.herm_jwt(PAYLOAD, entry);
    assert.deepEqual(verify.herm_jwt(token, entry).payload, PAYLOAD);
    await assert.rejects(async () => verify[library](token, entry), 'it can verify');
  });
}

// ---- what one refuses, all refuse ----

// expected is 'accepted', a reason, or 'refused', whatever the reason.
async function alike(name, expected, token, entry, demands) {
  const judges = partiesOf(entry);

  await check(
    `${judges.join(', ')}: ${name}`,
    async () => {
      for (const judge of judges) {
        const verdict = await verdictOf(judge, token, entry, demands);
        const good = expected === 'refused' ? verdict !== 'accepted' : verdict === expected;
        assert.ok(good, `${judge} says "${verdict}", expected was "${expected}"`);
      }
    },
    entry.label,
    'refused alike',
  );
}

function encoded(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function forgedSignatures(signer, entry) {
  const { name, label, stranger } = entry;
  const token = await sign[signer](PAYLOAD, entry);
  const [header, payload, signature] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const cut = bytes.subarray(0, -1).toString('base64url');
  const zeros = Buffer.alloc(bytes.length).toString('base64url');
  const otherHeader = encoded({ alg: name, typ: 'JWT', kid: 'other' });
  const otherPayload = encoded({ ...PAYLOAD, sub: 'bob' });
  const whose = `a token that ${signer} signed with ${label}`;
  const refused = (how, changed) =>
    alike(`${whose} is refused ${how}`, 'signature', changed, entry);

  await alike(`${whose} is accepted as it is`, 'accepted', token, entry);
  await refused('if somebody else signed it', await sign[signer](PAYLOAD, stranger));
  await refused('once its payload has changed', `${header}.${otherPayload}.${signature}`);
  await refused('once its header has changed', `${otherHeader}.${payload}.${signature}`);
  await refused('if its signature is cut', `${header}.${payload}.${cut}`);
  await refused('if its signature is all zeros', `${header}.${payload}.${zeros}`);
}

// ---- the classic forgeries, made by hand, since no package makes them ----

function forge(alg, signer) {
  const input = `${encoded({ alg, typ: 'JWT', kid: KID })}.${encoded(PAYLOAD)}`;

  return `${input}.${signer(input)}`;
}

function bySha256({ key }, options) {
  return (input) =>
    crypto
      .sign('sha256', Buffer.from(input), { key: key.forSigning, ...options })
      .toString('base64url');
}

function byPublicKey({ key }) {
  return (input) => crypto.createHmac('sha256', key.forVerifying).update(input).digest('base64url');
}

async function unsigned(entry) {
  const nothing = () => '';

  await alike(
    `"alg": "none" is refused, with a key for ${entry.label}`,
    'refused',
    forge('none', nothing),
    entry,
  );
  await alike(
    `a token without its signature is refused, with a key for ${entry.label}`,
    'refused',
    forge(entry.name, nothing),
    entry,
  );
  if (entry.key.privateJwk) {
    await alike(
      `a public key for ${entry.label} is no secret for HS256`,
      'refused',
      forge('HS256', byPublicKey(entry)),
      entry,
    );
  }
}

async function otherPaddings(rs256, ps256) {
  const pss = (saltLength) => ({ padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength });

  await alike('RS256 made by hand is good', 'accepted', forge('RS256', bySha256(rs256)), rs256);
  await alike(
    'PSS under the name of RS256 is refused',
    'signature',
    forge('RS256', bySha256(rs256, pss(32))),
    rs256,
  );
  await alike(
    'PS256 made by hand is good',
    'accepted',
    forge('PS256', bySha256(ps256, pss(32))),
    ps256,
  );
  await alike(
    'PKCS#1 v1.5 under the name of PS256 is refused',
    'signature',
    forge('PS256', bySha256(ps256)),
    ps256,
  );
  // Hasura takes salts of any length (HASURA-JWT 1.5), so that herm_jwt refuses them if strict
  for (const length of [0, 20, 64]) {
    await alike(
      `PS256 with a salt of ${length} bytes is refused, if strict`,
      'signature',
      forge('PS256', bySha256(ps256, pss(length))),
      ps256,
      { strict: true },
    );
  }
}

async function otherEncodings(es256) {
  const [raw, der] = ['ieee-p1363', 'der'].map((dsaEncoding) => bySha256(es256, { dsaEncoding }));

  await alike('ES256 made by hand is good', 'accepted', forge('ES256', raw), es256);
  await alike('ES256 with a signature in DER is refused', 'signature', forge('ES256', der), es256);
}

// ---- good signatures: the claims decide ----

async function judgedClaims(signer, entry, table, strict) {
  for (const [what, expected, claims] of table) {
    // stringify leaves out what is undefined
    const payload = JSON.parse(JSON.stringify({ ...PAYLOAD, ...claims }));
    const token = await sign[signer](payload, entry);
    const demands = { issuer: ISSUER, audience: AUDIENCE, strict };
    await alike(`a token of ${signer} (${entry.label}) ${what}`, expected, token, entry, demands);
  }
}

// ---- what is inside comes over as it was ----

async function contents(signer, reader, entry) {
  for (const { what, payload } of CONTENTS) {
    const name = `${what} that ${signer} signs (${entry.label}) come over to ${reader} unchanged`;
    await check(name, async () => {
      const token = await sign[signer](payload, entry);
      assert.deepEqual((await verify[reader](token, entry)).payload, payload);
    });
  }
}

async function sessionVariables(signer, entry) {
  const name = `herm_jwt gives the session variables of a token of ${signer} (${entry.label})`;

  await check(name, async () => {
    const token = await sign[signer](HASURA_PAYLOAD, entry);
    assert.deepEqual(herm.resolve(token, configOf(entry), 'éditeur'), {
      'x-hasura-role': 'éditeur',
      'x-hasura-user-id': '1',
      'x-hasura-teams': '{7,9}',
    });
  });
}

// ---- all of it ----

const entries = await makeEntries();
const of = (name) => entries.find((entry) => entry.name === name);

for (const entry of entries) {
  for (const library of LIBRARIES) {
    if (entry[library]) {
      await intoHerm(library, entry);
      await outOfHerm(library, entry);
    } else {
      await unknownTo(library, entry);
    }
  }
  for (const signer of partiesOf(entry)) {
    await forgedSignatures(signer, entry);
  }
}
await otherPaddings(of('RS256'), of('PS256'));
await otherEncodings(of('ES256'));
for (const entry of FAMILIES.map(of)) {
  await unsigned(entry);
  for (const signer of partiesOf(entry)) {
    await judgedClaims(signer, entry, JUDGED_CLAIMS, false);
    await judgedClaims(signer, entry, JUDGED_STRICTLY, true);
  }
}
for (const library of LIBRARIES) {
  for (const entry of [of('HS256'), of('RS256')]) {
    await contents(library, 'herm_jwt', entry);
    await contents('herm_jwt', library, entry);
    await sessionVariables(library, entry);
  }
}
process.exitCode = finish() ? 0 : 1;
