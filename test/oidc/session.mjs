// SPDX-License-Identifier: PostgreSQL
// A session of the server: a psql that stays, led by PGHOST, PGDATABASE and the like.
import { spawn } from 'node:child_process';
import { OPTIONS, script, shown } from '../node/psql.mjs';

const END = '-- end of the answer --';

export class Session {
  #psql = spawn('psql', OPTIONS, { stdio: ['pipe', 'pipe', 'ignore'] });

  #output = '';

  #waiting = null;

  constructor() {
    this.#psql.stdout.setEncoding('utf8').on('data', (text) => this.#read(text));
    this.#psql.on('close', () => this.#waiting?.reject(new Error('a session has ended')));
    this.#psql.stdin.on('error', () => {});
  }

  #read(text) {
    this.#output += text;
    if (this.#output.endsWith(`${END}\n`)) {
      const output = this.#output.slice(0, -END.length - 1);

      this.#output = '';
      this.#waiting.resolve(output);
    }
  }

  // What the last statement returned, or a Refusal; one question at a time.
  async ask(statements, values = {}) {
    const output = await new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#psql.stdin.write(`${script(statements, values)}\\echo '${END}'\n`);
    });

    return shown(output);
  }

  end() {
    this.#psql.stdin.end();
  }
}
