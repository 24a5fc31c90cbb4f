// SPDX-License-Identifier: PostgreSQL
// What psql reads and writes. Values are psql's variables, written to its input, so that no key
// and no token stands on a command line.

export class Refusal extends Error {}

export const OPTIONS = ['-X', '-A', '-t', '-q'];

// As psql reads a word in single quotes.
function quoted(value) {
  return `'${value.replace(/\\/g, '\\\\').replace(/'/g, "''").replace(/\n/g, '\\n')}'`;
}

// Statements as psql's input; values are its variables. What shown() reads comes out.
export function script(statements, values) {
  const variables = Object.entries(values).map(([name, value]) => `\\set ${name} ${quoted(value)}`);

  return [
    ...variables,
    `${statements};`,
    '\\if :ERROR',
    "\\echo 'error' :LAST_ERROR_MESSAGE",
    '\\endif',
    '',
  ].join('\n');
}

// What the last statement returned; throws a Refusal with the server's message if it failed.
export function shown(output) {
  const text = output.replace(/\n$/, '');

  if (text.startsWith('error ')) {
    throw new Refusal(text.slice('error '.length));
  }
  return text;
}
