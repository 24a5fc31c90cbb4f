// SPDX-License-Identifier: PostgreSQL
// Which verdicts are wrong.
//
// A token of the provider's must be accepted, as the user it was issued to, if its key stood in
// every set that the provider may have published while the verdict was asked for. It must be
// refused once herm_jwt is known to have taken a set without its key. Between the two, while a key
// comes or goes, either is right; such verdicts are counted as "between".
//
// One refusal more is no error: of a key that signs without having been published before, until
// herm_jwt has seen it, which it may try only once a cooldown. They are counted as "late". The
// first acceptance by any client ends that: all share one set.
//
// A false token must be refused, for a reason that is its own.
import { now } from './names.mjs';
import { kidOf, userOf } from './tokens.mjs';

const BAD_SIGNATURE = /JWSError JWSInvalidSignature$/;

// What is wrong with false tokens.
const REASONS = {
  tampered: BAD_SIGNATURE,
  forged: BAD_SIGNATURE,
  strange: BAD_SIGNATURE,
  elsewhere: /JWTNotInIssuer$/,
};

export class Judge {
  #sets = [[]];

  // the first of the sets that may still be published
  #first = 0;

  // when the first token of a key was accepted; null before, absent if nobody asks
  #firstAccepted = new Map();

  #excused = new Set();

  #forgotten = new Set();

  counts = {};

  wrong = [];

  #count(what) {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  // ---- what happens ----

  publishing(kids) {
    this.#sets.push(kids);
  }

  published() {
    this.#first = this.#sets.length - 1;
  }

  // This key will sign without a warning.
  excuse(kid) {
    this.watch(kid);
    this.#excused.add(kid);
  }

  // Its first acceptance is of interest.
  watch(kid) {
    this.#firstAccepted.set(kid, null);
  }

  firstAccepted(kid) {
    return this.#firstAccepted.get(kid);
  }

  forget(kid) {
    this.#forgotten.add(kid);
  }

  // The counts and errors since the last time.
  take() {
    const { counts, wrong } = this;

    this.counts = {};
    this.wrong = [];
    return { counts, wrong };
  }

  // ---- verdicts ----

  // To be called when a verdict is asked for.
  begin() {
    return { at: now(), first: this.#first, forgotten: new Set(this.#forgotten) };
  }

  #isLate(kid, begun) {
    const accepted = this.#firstAccepted.get(kid);

    return this.#excused.has(kid) && !(accepted !== null && accepted < begun.at);
  }

  #isPublished(kid, begun) {
    return this.#sets.slice(begun.first).every((kids) => kids.includes(kid));
  }

  // A verdict is a user, or the reason of a refusal.
  genuine(token, begun, { user, refusal }) {
    const kid = kidOf(token);

    if (user !== undefined && user !== userOf(token)) {
      this.wrong.push(`a token of ${userOf(token)} was accepted as one of "${user}"`);
    } else if (begun.forgotten.has(kid)) {
      this.#count('removed');
      if (user !== undefined) {
        this.wrong.push(`a token of the removed key ${kid} was accepted`);
      }
    } else if (user !== undefined) {
      this.#count(this.#isPublished(kid, begun) ? 'accepted' : 'between');
      if (this.#firstAccepted.get(kid) === null) {
        this.#firstAccepted.set(kid, now());
      }
    } else if (!this.#isPublished(kid, begun)) {
      this.#count('between');
    } else if (this.#isLate(kid, begun)) {
      this.#count('late');
    } else {
      this.wrong.push(`a token of the published key ${kid} was refused: ${refusal}`);
    }
  }

  false(kind, { user, refusal }) {
    this.#count(kind);
    if (user !== undefined) {
      this.wrong.push(`a token was accepted that is ${kind}`);
    } else if (!REASONS[kind].test(refusal)) {
      this.wrong.push(`a token that is ${kind} was refused for another reason: ${refusal}`);
    }
  }
}
