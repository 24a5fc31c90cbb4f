// SPDX-License-Identifier: PostgreSQL
// What the provider, its clients and the test agree on.

export const CLIENT = { id: 'a service', secret: 'only for this test' };
export const AUDIENCE = 'https://api.example.com';
export const CLAIMS = 'https://hasura.io/jwt/claims';
export const USER = 'x-hasura-user-id';

// Milliseconds of a clock that all processes of a machine share and nobody sets.
export function now() {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
