// json-rules-engine: one engine with all rules; a user is its facts, a date its number of days since 1970. Its comparisons with a
// value take no arithmetic: `times` is an operator of our own, as its manual shows.
import { Engine } from 'json-rules-engine';
import { conditionsText, days, measure, rows, versionOf } from '../js/asked.mjs';

const users = rows({ bool: (t) => t === 'true', word: String, int: Number, number: Number, money: Number, date: days });
const rules = JSON.parse(conditionsText);
const engine = new Engine();
for (const { name, conditions } of rules) engine.addRule({ conditions, event: { type: name } });
engine.addOperator('known', (fact, known) => (fact !== null) === known);
for (const factor of [2, 4, 5]) {
  engine.addOperator(`times ${factor} is less than`, (fact, value) => fact * factor < value);
  engine.addOperator(`times ${factor} is more than`, (fact, value) => fact * factor > value);
}

await measure('json-rules-engine', versionOf('json-rules-engine'), async () => {
  const counts = new Map(rules.map(({ name }) => [name, 0]));
  for (const user of users) for (const { type } of (await engine.run(user)).events) counts.set(type, counts.get(type) + 1);
  return [...counts];
});
