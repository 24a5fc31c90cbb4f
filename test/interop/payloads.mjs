// SPDX-License-Identifier: PostgreSQL
// What the tokens say.
export const ISSUER = 'https://issuer.example/';
export const AUDIENCE = 'https://api.example';
const NOW = Math.floor(Date.now() / 1000);

export const PAYLOAD = { sub: 'ann', iss: ISSUER, aud: AUDIENCE, iat: NOW - 60, exp: NOW + 3600 };

export const HASURA_PAYLOAD = {
  'https://hasura.io/jwt/claims': {
    'x-hasura-allowed-roles': ['user', 'éditeur'],
    'x-hasura-default-role': 'user',
    'x-hasura-user-id': '1',
    'x-hasura-teams': '{7,9}',
  },
};

// What has to come over unchanged.
export const CONTENTS = [
  {
    what: 'letters of many scripts',
    payload: {
      latin: 'Ångström, naïve, Straße',
      greek: 'Ωμέγα',
      cyrillic: 'Ёжик',
      hebrew: 'שָׁלוֹם',
      arabic: 'مرحبا',
      hindi: 'नमस्ते',
      chinese: '漢字',
      emoji: '👩‍👩‍👧‍👦 🏳️‍🌈',
      combining: 'e\u0301 is not \u00e9',
      'имя 名前 🔑': 'the name of a member',
    },
  },
  {
    what: 'quotes, backslashes and control characters',
    payload: {
      quotes: `'single' "double" \`back\` $$dollar$$ :'variable' :name`,
      backslashes: 'C:\\new\\table \\u0041 \\\\',
      control: 'a\tb\nc\rd\be\ff\u0001\u001f\u007f\u2028\u2029\ufeff',
      markup: '</script><!-- & %00 %s',
    },
  },
  {
    what: 'more than 8 kB of text',
    payload: {
      text: Array.from({ length: 500 }, (_, i) => `line ${i} äöü`)
        .join('\n')
        .slice(0, 7500),
    },
  },
  {
    what: 'more than 8 kB in many members',
    payload: Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`member ${i}`, { a: [i] }])),
  },
  {
    what: 'numbers with fractions and exponents',
    payload: {
      tenth: 0.1,
      sum: 0.1 + 0.2,
      price: -19.99,
      small: 1e-7,
      tiny: 2.2250738585072014e-308,
      large: 1.7976931348623157e308,
      third: 1 / 3,
      zero: 0,
    },
  },
  {
    what: 'whole numbers up to 2^53 - 1',
    payload: {
      most: Number.MAX_SAFE_INTEGER,
      least: Number.MIN_SAFE_INTEGER,
      million: 1e6,
      big: 1e21,
    },
  },
  {
    what: 'nested claims',
    payload: {
      realm_access: { roles: ['a', 'b', { c: [[], {}, [[['deep']]]] }] },
      nothing: null,
      yes: true,
      no: false,
      '': 'a name without a letter',
      twenty: Array.from({ length: 20 }).reduce((inner) => ({ inner }), 'bottom'),
    },
  },
  { what: "Hasura's claims", payload: HASURA_PAYLOAD },
  {
    what: 'times with fractions',
    payload: { iat: NOW - 60.5, nbf: NOW - 30.25, exp: NOW + 600.125 },
  },
  { what: 'a list of audiences', payload: { aud: ['https://other.example', AUDIENCE] } },
];

// Changes to PAYLOAD, and what everybody then says; undefined takes a claim away.
export const JUDGED_CLAIMS = [
  ['that has everything is accepted', 'accepted', {}],
  ['that has expired is refused', 'expired', { exp: NOW - 10 }],
  ['that has expired by a fraction is refused', 'expired', { exp: NOW - 0.5 }],
  ['that is not valid yet is refused', 'not valid yet', { nbf: NOW + 600 }],
  ['of another issuer is refused', 'issuer', { iss: 'https://evil.example/' }],
  ['of an issuer without the slash at its end is refused', 'issuer', { iss: ISSUER.slice(0, -1) }],
  ['of the issuer in capitals is refused', 'issuer', { iss: ISSUER.toUpperCase() }],
  ['for another audience is refused', 'audience', { aud: 'https://evil.example' }],
  [
    'for other audiences is refused',
    'audience',
    { aud: ['https://a.example', 'https://b.example'] },
  ],
  ['for one of our audiences is accepted', 'accepted', { aud: ['https://a.example', AUDIENCE] }],
];
// Hasura lets absent claims pass, and the packages do not: herm_jwt is like them if strict.
export const JUDGED_STRICTLY = [
  ['that has everything is accepted, if strict', 'accepted', {}],
  ['that names no issuer is refused, if strict', 'issuer', { iss: undefined }],
  ['that names no audience is refused, if strict', 'audience', { aud: undefined }],
];
