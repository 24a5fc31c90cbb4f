// SPDX-License-Identifier: PostgreSQL
// TAP, and how many tests of which algorithm have passed.
let tests = 0;
let failures = 0;
const matrix = new Map();

function remember(label, column, good) {
  if (!matrix.has(label)) {
    matrix.set(label, {});
  }
  const cell = (matrix.get(label)[column] ??= { passed: 0, failed: 0 });
  cell[good ? 'passed' : 'failed']++;
}

// A test passes if it throws nothing; label and column are its place in the matrix, if any.
export async function check(name, test, label, column) {
  let problem;

  try {
    await test();
  } catch (error) {
    problem = error;
  }
  tests++;
  console.log(`${problem ? 'not ok' : 'ok'} ${tests} - ${name}`);
  if (problem) {
    failures++;
    console.log(String(problem.message).replace(/^/gm, '# '));
  }
  if (label) {
    remember(label, column, !problem);
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
  console.log(`1..${tests}`);
  const line = (cells) => console.log(`# | ${cells.join(' | ')} |`);

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
  return tests > 0 && failures === 0;
}
