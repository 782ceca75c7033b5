// The files for other people's CI are YAML, and of the shape that their readers take.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const outside = createRequire(join(process.env.WEND_OUTSIDE ?? '.', 'package.json'));
const { parse } = outside('yaml');
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const read = (path) => parse(readFileSync(join(root, path), 'utf8'));

const hooks = read('.pre-commit-hooks.yaml');
assert.deepEqual(hooks.map((hook) => hook.id), ['wend-fmt', 'wend-check']);
for (const hook of hooks) {
  for (const key of ['id', 'name', 'entry', 'language', 'files']) assert.equal(typeof hook[key], 'string', `${hook.id}: ${key}`);
  assert.ok(new RegExp(hook.files).test('shop/journeys.wend'));
  assert.ok(!new RegExp(hook.files).test('shop/journeys.wend.orig'));
}

const action = read('editor-support/github/action.yml');
assert.equal(action.runs.using, 'composite');
for (const input of Object.values(action.inputs)) assert.equal(typeof input.default, 'string');
for (const step of action.runs.steps) {
  assert.equal(step.shell, 'bash');
  // What others write must never be taken for a part of the script.
  assert.ok(!step.run.includes('${{'), step.name);
  for (const value of Object.values(step.env)) {
    const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value);
    assert.ok(input && input[1] in action.inputs, value);
  }
  for (const [, name] of step.run.matchAll(/\$([A-Z_]+)/g)) assert.ok(name in step.env || name === 'GITHUB_STEP_SUMMARY', name);
}

const gitlab = read('editor-support/gitlab/wend.gitlab-ci.yml');
assert.equal(gitlab.wend.extends, '.wend');
for (const line of gitlab['.wend'].script) {
  assert.equal(typeof line, 'string');
  for (const [, name] of line.matchAll(/\$([A-Z_]+)/g)) assert.ok(name in gitlab['.wend'].variables, name);
}
const share = new RegExp(gitlab['.wend'].coverage.slice(1, -1), 'm').exec('coverage\n  in all             12 of   18   66%\n');
assert.equal(share[1], '66');
console.log('well');
