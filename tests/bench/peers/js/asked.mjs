// What the peers in JavaScript share: the users, the clock, and the line of JSON that they say.
//   peer.mjs CSV KINDS CONDITIONS USERS RUNS
import { readFileSync } from 'node:fs';

const [csv, kinds, conditions, users, runs] = process.argv.slice(2);

export const conditionsText = readFileSync(conditions, 'utf8');

// The lines `name: text` of the file of conditions.
export const named = () => conditionsText.split('\n').filter(Boolean).map((line) => line.split(/: (.*)/s).slice(0, 2));

// An object a user; `make[kind](text)` for what is known.
export function rows(make) {
  const columns = readFileSync(kinds, 'utf8').trim().split('\n').map((line) => line.split(/[ ?]+/));
  const lines = readFileSync(csv, 'utf8').split('\n').slice(1, 1 + Number(users));
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(columns.map(([name, kind], i) => [name, cells[i] === '' ? null : make[kind](cells[i])]));
  });
}

export const days = (date) => Date.parse(date) / 86_400_000;

// `count()` gives [name, how many] of every condition over all users.
export async function measure(engine, version, count) {
  let counts = await count();
  const seconds = [];
  for (let run = 0; run < Number(runs); ++run) {
    const begin = process.hrtime.bigint();
    counts = await count();
    seconds.push(Number(process.hrtime.bigint() - begin) / 1e9);
  }
  const form = counts.length === 1 ? 'each' : 'pass';
  console.log(JSON.stringify({ engine, version, form, rows: Number(users), counts: Object.fromEntries(counts), seconds }));
}

export const versionOf = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;
