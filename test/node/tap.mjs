// SPDX-License-Identifier: PostgreSQL
// TAP: a line for each test, and the plan at the end.
let tests = 0;
let failures = 0;

export function comment(text) {
  console.log(String(text).replace(/^/gm, '# '));
}

// A test passes if it throws nothing; returns whether it has.
export async function check(name, test) {
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
    comment(problem.message ?? problem);
  }
  return !problem;
}

// Ends the output; returns whether all is well.
export function finish() {
  console.log(`1..${tests}`);
  return tests > 0 && failures === 0;
}
