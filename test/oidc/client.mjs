// SPDX-License-Identifier: PostgreSQL
// One of the clients: round after round it gets a fresh token and shows it to herm_jwt, the last
// one of each other key it knows, and false ones.
import { Refusal } from '../node/psql.mjs';
import { CLAIMS, USER } from './names.mjs';
import { Session } from './session.mjs';
import { forged, issue, kidOf, strange, tampered } from './tokens.mjs';

// The two ways in: as a session does, and without one.
const WAYS = [
  `SELECT herm_jwt.authenticate(:'token') ->> '${USER}'`,
  `SELECT herm_jwt.verify(:'token') -> '${CLAIMS}' ->> '${USER}'`,
];
const KEYS_KEPT = 2;

export class Client {
  #session = new Session();

  // the last token of each key, the newest key last
  #tokens = new Map();

  #elsewhere = null;

  #turn = 0;

  // how many rounds had a fresh token of which key
  rounds = new Map();

  #keep(token) {
    const kid = kidOf(token);

    this.#tokens.delete(kid);
    this.#tokens.set(kid, token);
    if (this.#tokens.size > KEYS_KEPT) {
      this.#tokens.delete(this.#tokens.keys().next().value);
    }
  }

  // No longer shows tokens of this key.
  drop(kid) {
    this.#tokens.delete(kid);
  }

  async #show(token, way) {
    try {
      return { user: await this.#session.ask(WAYS[way % WAYS.length], { token }) };
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      return { refusal: error.message };
    }
  }

  async #showGenuine(judge) {
    for (const token of [...this.#tokens.values()].reverse()) {
      for (const way of WAYS.keys()) {
        const begun = judge.begin();

        judge.genuine(token, begun, await this.#show(token, this.#turn + way));
      }
    }
  }

  async #showFalse(judge, strangers) {
    const token = [...this.#tokens.values()].at(-1);
    const tokens = { tampered: tampered(token), forged: forged(token) };

    if (strangers) {
      tokens.strange = strange(token);
    }
    if (this.#elsewhere) {
      tokens.elsewhere = this.#elsewhere;
    }
    for (const [i, kind] of Object.keys(tokens).entries()) {
      judge.false(kind, await this.#show(tokens[kind], this.#turn + i));
    }
  }

  async #round({ judge, issuer, elsewhere, strangers }) {
    const token = await issue(issuer);

    if (token) {
      this.#keep(token);
    }
    await this.#showGenuine(judge);
    this.#elsewhere = (await issue(elsewhere)) ?? this.#elsewhere;
    await this.#showFalse(judge, strangers);
    this.#turn++;
    if (token) {
      this.rounds.set(kidOf(token), (this.rounds.get(kidOf(token)) ?? 0) + 1);
    }
  }

  // Until the scene is over; what it says of issuers and strangers may change meanwhile.
  async run(scene) {
    while (!scene.isOver) {
      await this.#round(scene);
    }
    this.#session.end();
  }
}
