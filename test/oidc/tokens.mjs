// SPDX-License-Identifier: PostgreSQL
// Tokens: fresh ones of the provider's, and false ones made of them.
import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { CLAIMS, CLIENT, USER } from './names.mjs';

const AUTHORIZATION = `Basic ${Buffer.from(
  `${encodeURIComponent(CLIENT.id)}:${encodeURIComponent(CLIENT.secret)}`,
).toString('base64')}`;

// A fresh token of an issuer; null while it cannot be reached.
export async function issue(issuer) {
  let answer;

  try {
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: AUTHORIZATION },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });

    answer = await response.json();
  } catch {
    return null;
  }
  if (!answer.access_token) {
    throw new Error(`the provider gives no token: ${JSON.stringify(answer)}`);
  }
  return answer.access_token;
}

function read(part) {
  return JSON.parse(Buffer.from(part, 'base64url'));
}

function write(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

export function kidOf(token) {
  return read(token.split('.')[0]).kid;
}

export function userOf(token) {
  return read(token.split('.')[1])[CLAIMS][USER];
}

// The attacker's key.
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

function signed(header, payload) {
  const bytes = `${header}.${payload}`;

  return `${bytes}.${createSign('sha256').update(bytes).sign(privateKey, 'base64url')}`;
}

// Another user in the payload, the signature as it was.
export function tampered(token) {
  const [header, payload, signature] = token.split('.');
  const claims = read(payload);

  claims[CLAIMS][USER] = randomUUID();
  return [header, write(claims), signature].join('.');
}

// The attacker's signature, under the kid of a published key ...
export function forged(token) {
  const [header, payload] = token.split('.');

  return signed(header, payload);
}

// ... or under one that nobody has ever published.
export function strange(token) {
  const [header, payload] = token.split('.');

  return signed(write({ ...read(header), kid: randomUUID() }), payload);
}
