// SPDX-License-Identifier: PostgreSQL
// herm_jwt as three functions. Each call is a psql of its own, led by PGHOST, PGDATABASE and the
// like. Values are psql's variables, written to its input: no key stands on a command line.
import { spawnSync } from 'node:child_process';

export class Refusal extends Error {}

// As psql reads a word in single quotes.
function quoted(value) {
  return `'${value.replace(/\\/g, '\\\\').replace(/'/g, "''").replace(/\n/g, '\\n')}'`;
}

// The one value that the last statement returns; a Refusal with the server's message if it fails.
function ask(statements, values) {
  const variables = Object.entries(values).map(([name, value]) => `\\set ${name} ${quoted(value)}`);
  const script = [
    ...variables,
    `${statements};`,
    '\\if :ERROR',
    "\\echo 'error' :LAST_ERROR_MESSAGE",
    '\\endif',
    '',
  ];
  const psql = spawnSync('psql', ['-X', '-A', '-t', '-q'], {
    input: script.join('\n'),
    encoding: 'utf8',
  });
  if (psql.status !== 0) {
    throw new Error(`psql ended with ${psql.status ?? psql.error}: ${psql.stderr}`);
  }
  const shown = psql.stdout.replace(/\n$/, '');
  if (shown.startsWith('error ')) {
    throw new Refusal(shown.slice('error '.length));
  }
  return shown;
}

export function verify(token, config, strict = false) {
  return JSON.parse(
    ask("SET herm_jwt.strict = :strict; SELECT herm_jwt.verify(:'token', :'config')", {
      strict: String(strict),
      token,
      config: JSON.stringify(config),
    }),
  );
}

export function resolve(token, config, role) {
  return JSON.parse(
    ask("SELECT herm_jwt.resolve(:'token', :'config', :'role')", {
      token,
      config: JSON.stringify(config),
      role,
    }),
  );
}

export function sign(payload, key, algorithm, kid) {
  return ask("SELECT herm_jwt.sign(:'payload', :'key', :'algorithm', :'kid')", {
    payload: JSON.stringify(payload),
    key,
    algorithm,
    kid,
  });
}
