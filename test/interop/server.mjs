// SPDX-License-Identifier: PostgreSQL
// herm_jwt as three functions. Each call is a psql of its own, led by PGHOST, PGDATABASE and the
// like.
import { spawnSync } from 'node:child_process';
import { OPTIONS, Refusal, script, shown } from '../node/psql.mjs';

export { Refusal };

function ask(statements, values) {
  const psql = spawnSync('psql', OPTIONS, { input: script(statements, values), encoding: 'utf8' });

  if (psql.status !== 0) {
    throw new Error(`psql ended with ${psql.status ?? psql.error}: ${psql.stderr}`);
  }
  return shown(psql.stdout);
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
