// SPDX-License-Identifier: PostgreSQL
// How many tests of which algorithm have passed, beside the TAP.
import * as tap from '../node/tap.mjs';

const matrix = new Map();

function remember(label, column, good) {
  if (!matrix.has(label)) {
    matrix.set(label, {});
  }
  const cell = (matrix.get(label)[column] ??= { passed: 0, failed: 0 });
  cell[good ? 'passed' : 'failed']++;
}

// label and column are the test's place in the matrix, if any.
export async function check(name, test, label, column) {
  const good = await tap.check(name, test);

  if (label) {
    remember(label, column, good);
  }
}

const COLUMNS = [
  'jose > herm_jwt',
  'jsonwebtoken > herm_jwt',
  'herm_jwt > jose',
  'herm_jwt > jsonwebtoken',
  'refused alike',
];

// Ends the output; the matrix is a comment in it. Returns whether all is well.
export function finish() {
  const good = tap.finish();
  const line = (cells) => tap.comment(`| ${cells.join(' | ')} |`);

  line(['algorithm', ...COLUMNS]);
  line(['---', ...COLUMNS.map(() => '---')]);
  for (const [label, cells] of matrix) {
    line([
      label,
      ...COLUMNS.map((column) => {
        const cell = cells[column];
        return !cell ? '-' : cell.failed ? `${cell.failed} failed` : `${cell.passed} ok`;
      }),
    ]);
  }
  return good;
}
