// SPDX-License-Identifier: PostgreSQL
// The provider as its operator sees it: started, told its keys, killed; its log.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('provider.mjs', import.meta.url));

export class ProviderProcess {
  #child;

  #answer = null;

  ports = [0, 0];

  // each request for the key set: when, and which keys were given
  requests = [];

  constructor(folder) {
    this.folder = folder;
  }

  #read(message) {
    if (message.asked) {
      this.requests.push(message.asked);
    } else {
      this.#answer.resolve(message);
    }
  }

  #answered() {
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
    });
  }

  // On the ports of last time, if there was one.
  async start() {
    this.#child = fork(PROGRAM, [this.folder, ...this.ports.map(String)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child.on('message', (message) => this.#read(message));
    this.#child.on('exit', () => this.#answer.reject(new Error('the provider has ended')));
    this.ports = (await this.#answered()).ports;
  }

  // Returns the time when it has done so.
  async publish(keys) {
    this.#child.send({ keys });
    return (await this.#answered()).published.at;
  }

  async kill() {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}
