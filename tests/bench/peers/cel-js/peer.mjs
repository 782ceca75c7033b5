// CEL in JavaScript: variables declared with their types, expressions parsed once; a user is an object with a field a column.
import { Environment } from '@marcbachmann/cel-js';
import { measure, named, rows, versionOf } from '../js/asked.mjs';

const users = rows({ bool: (t) => t === 'true', word: String, int: BigInt, number: Number, money: Number, date: String });
const environment = new Environment({ unlistedVariablesAreDyn: true });
const programs = named().map(([name, text]) => [name, environment.parse(text)]);

await measure('CEL, cel-js', versionOf('@marcbachmann/cel-js'), () => {
  const counts = programs.map(([name]) => [name, 0]);
  for (const user of users) programs.forEach(([, holds], i) => (counts[i][1] += holds(user) === true));
  return counts;
});
