// SPDX-License-Identifier: PostgreSQL
// herm_jwt and the two packages behind the same functions: who knows which algorithm, keys, sign,
// verify, and why one refuses. What the functions take as "entry" is an algorithm with its keys.
import * as crypto from 'node:crypto';
import * as jose from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import * as herm from './server.mjs';

export const KID = 'the key of this test';
export const LIBRARIES = ['jose', 'jsonwebtoken'];

// Who knows which algorithm; what is marked as unknown is tried as well (unknownAlgorithms).
const ALGORITHMS = [
  { name: 'HS256', secretBytes: 32, jose: true, jsonwebtoken: true },
  { name: 'HS384', secretBytes: 48, jose: true, jsonwebtoken: true },
  { name: 'HS512', secretBytes: 64, jose: true, jsonwebtoken: true },
  { name: 'RS256', jose: true, jsonwebtoken: true },
  { name: 'RS384', jose: true, jsonwebtoken: true },
  { name: 'RS512', jose: true, jsonwebtoken: true },
  { name: 'PS256', jose: true, jsonwebtoken: true },
  { name: 'PS384', jose: true, jsonwebtoken: true },
  { name: 'PS512', jose: true, jsonwebtoken: true },
  { name: 'ES256', jose: true, jsonwebtoken: true },
  { name: 'ES384', jose: true, jsonwebtoken: true },
  { name: 'ES512', jose: true, jsonwebtoken: true },
  { name: 'ES256K', jose: true, jsonwebtoken: false },
  { name: 'EdDSA', curve: 'Ed25519', jose: true, jsonwebtoken: false },
  { name: 'EdDSA', curve: 'Ed448', jose: true, jsonwebtoken: false },
  { name: 'Ed25519', curve: 'Ed25519', jose: true, jsonwebtoken: false },
  { name: 'Ed448', curve: 'Ed448', jose: false, jsonwebtoken: false },
];

// ---- keys ----

// The text is a secret as Hasura's configuration takes it; the octets are no text, and so fit into
// a JSON Web Key only.
async function makeSecrets({ secretBytes }) {
  const text = crypto.randomBytes(secretBytes).toString('base64url').slice(0, secretBytes);
  const octets = crypto.randomBytes(secretBytes);
  const inText = new TextEncoder().encode(text);

  return {
    signing: inText,
    verifying: inText,
    forSigning: text,
    forVerifying: text,
    publicJwk: await jose.exportJWK(inText),
    octets,
    octetsJwk: await jose.exportJWK(octets),
  };
}

async function makePair({ name, curve }) {
  // jose 5 makes keys of both curves under the older name
  const made = await jose.generateKeyPair(curve ? 'EdDSA' : name, {
    crv: curve,
    extractable: true,
  });

  return {
    signing: made.privateKey,
    verifying: made.publicKey,
    forSigning: await jose.exportPKCS8(made.privateKey),
    forVerifying: await jose.exportSPKI(made.publicKey),
    privateJwk: await jose.exportJWK(made.privateKey),
    publicJwk: await jose.exportJWK(made.publicKey),
  };
}

async function makeEntry(algorithm) {
  const make = algorithm.secretBytes ? makeSecrets : makePair;
  const { name, curve } = algorithm;

  return {
    ...algorithm,
    label: curve && curve !== name ? `${name} (${curve})` : name,
    key: await make(algorithm),
    // the same algorithm, with somebody else's key
    stranger: { ...algorithm, key: await make(algorithm) },
  };
}

export async function makeEntries() {
  return Promise.all(ALGORITHMS.map(makeEntry));
}

export function configOf({ name, key }) {
  return { type: name, key: key.forVerifying };
}

// Those who can sign and verify with it.
export function partiesOf(entry) {
  return ['herm_jwt', ...LIBRARIES.filter((library) => entry[library])];
}

// ---- sign, and verify into { header, payload } ----

export const sign = {
  jose: (payload, { name, key }) =>
    new jose.SignJWT(payload)
      .setProtectedHeader({ alg: name, typ: 'JWT', kid: KID })
      .sign(key.signing),
  jsonwebtoken: (payload, { name, key }) =>
    jsonwebtoken.sign(payload, key.forSigning, {
      algorithm: name,
      keyid: KID,
      // false adds an "iat", and true takes a given one away
      noTimestamp: !('iat' in payload),
    }),
  herm_jwt: (payload, { name, key }) => herm.sign(payload, key.forSigning, name, KID),
};

export const verify = {
  jose: async (token, { name, key }, { issuer, audience } = {}) => {
    const options = { algorithms: [name], issuer, audience };
    const { payload, protectedHeader } = await jose.jwtVerify(token, key.verifying, options);
    return { header: protectedHeader, payload };
  },
  jsonwebtoken: (token, { name, key }, { issuer, audience } = {}) => {
    const options = { algorithms: [name], issuer, audience, complete: true };
    const { header, payload } = jsonwebtoken.verify(token, key.forVerifying, options);
    return { header, payload };
  },
  herm_jwt: (token, entry, { issuer, audience, strict } = {}) => ({
    payload: herm.verify(token, { ...configOf(entry), issuer, audience }, strict),
  }),
};

// ---- why one refuses ----

const REASONS = {
  JWTExpired: 'expired',
  JWTNotYetValid: 'not valid yet',
  JWTNotInIssuer: 'issuer',
  JWTNotInAudience: 'audience',
  'JWSError JWSInvalidSignature': 'signature',
  ERR_JWT_EXPIRED: 'expired',
  'ERR_JWT_CLAIM_VALIDATION_FAILED nbf': 'not valid yet',
  'ERR_JWT_CLAIM_VALIDATION_FAILED iss': 'issuer',
  'ERR_JWT_CLAIM_VALIDATION_FAILED aud': 'audience',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature',
  'jwt expired': 'expired',
  'jwt not active': 'not valid yet',
  'jwt issuer invalid': 'issuer',
  'jwt audience invalid': 'audience',
  'invalid signature': 'signature',
  'strict: iss is missing': 'issuer',
  'strict: aud is missing': 'audience',
};

// jsonwebtoken lets this one through as a TypeError
const WRONG_LENGTH = /^"ES\d+" signatures must be "\d+" bytes/;

// Each party has words of its own for why it refuses.
function reasonOf(party, error) {
  const words = {
    herm_jwt: () => error.message.replace('Could not verify JWT: ', ''),
    jose: () => [error.code, error.claim].filter((part) => part && part !== 'exp').join(' '),
    jsonwebtoken: () =>
      WRONG_LENGTH.test(error.message) ? 'invalid signature' : error.message.split('. ')[0],
  }[party]();

  return REASONS[words] ?? words;
}

function isVerdict(error) {
  return (
    error instanceof herm.Refusal ||
    error instanceof jose.errors.JOSEError ||
    error instanceof jsonwebtoken.JsonWebTokenError ||
    WRONG_LENGTH.test(error.message)
  );
}

// 'accepted', or why not; any other failure is thrown.
export async function verdictOf(party, ...question) {
  try {
    await verify[party](...question);
    return 'accepted';
  } catch (error) {
    if (!isVerdict(error)) {
      throw error;
    }
    return reasonOf(party, error);
  }
}
