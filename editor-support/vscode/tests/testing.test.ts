// The Testing view and the tasks, with a `wend` that is a script and an editor that is tests/editor.ts.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import * as vscode from 'vscode';
import { Tasks } from '../src/tasks';
import { Testing } from '../src/testing';
import { Wend } from '../src/wend';
import { Item, TestRunRequest, Uri, state } from './editor';

let folder = '', project = '';
const said: string[] = [];
const log = { appendLine: (text: string) => { said.push(text); } } as unknown as vscode.OutputChannel;
const never = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };
const text = 'test "one" {\n  at 2026-01-01 10:00 { expect a }\n}\n\ntest "two" {\n}\n';
const junit = `<testsuites><testsuite name="t.wend">
  <testcase classname="t" name="one" file="t.wend" line="1" time="0.003"><failure type="expectation" message="expected a, but it was not">t.wend:1: one
  t.wend:2: expected \`a\`</failure></testcase>
  <testcase classname="t" name="two" file="t.wend" line="5" time="0.001"/></testsuite></testsuites>`;

function wendSays(out: string, err = '', code = 1): void {
  writeFileSync(join(folder, 'out'), out);
  writeFileSync(join(folder, 'err'), err);
  const script = join(folder, 'wend');
  writeFileSync(script, `#!/bin/sh\nprintf '%s\\n' "$*" >> '${folder}/asked'\npwd >> '${folder}/asked'\ncat '${folder}/out'\ncat '${folder}/err' >&2\nexit ${code}\n`);
  chmodSync(script, 0o755);
  writeFileSync(join(folder, 'asked'), '');
  state.settings.set('path', script);
}

function put(file: string, content: string): void {
  writeFileSync(file, content);
  state.files.set(file, content);
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'wend-testing-'));
  project = join(folder, 'work', 'marketing', 'shop');
  mkdirSync(project, { recursive: true });
  state.folders = [{ uri: Uri.file(join(folder, 'work')), name: 'work' }];
  put(join(project, 'project.wend'), 'project shop\n');
  put(join(project, 't.wend'), text);
});
after(() => rmSync(folder, { recursive: true }));

function testsOf(items: { forEach(take: (item: Item) => void): void }): Item[] {
  const found: Item[] = [];
  items.forEach((each) => found.push(...(each.children.size === 0 ? [each] : testsOf(each.children))));
  return found;
}

test('a project, its files and their tests are shown, and each ends as wend says', async () => {
  wendSays(junit);
  new Testing(new Wend('/nowhere', log));
  await state.controller!.refresh();
  assert.deepEqual(testsOf(state.controller!.items).map((each) => [each.label, each.range!.start.line]), [['one', 0], ['two', 4]]);
  await state.controller!.run(new TestRunRequest(), never);
  const run = state.runs.at(-1)!;
  assert.deepEqual(Object.fromEntries(run.outcomes), { one: 'failed', two: 'passed' });
  assert.equal(run.messages[0].location!.uri.fsPath, join(project, 't.wend'));
  assert.equal(run.messages[0].location!.range.line, 1);
  assert.match(run.messages[0].message, /expected a, but it was not/);
  assert.equal(readFileSync(join(folder, 'asked'), 'utf8'), `test --format junit\n${project}\n`);
});

test('one test alone is asked for by its name', async () => {
  wendSays(junit);
  const testing = new Testing(new Wend('/nowhere', log));
  await testing.runNamed(Uri.file(project) as unknown as vscode.Uri, 'two');
  assert.match(readFileSync(join(folder, 'asked'), 'utf8'), /^test --format junit two\n/);
  assert.deepEqual(Object.fromEntries(state.runs.at(-1)!.outcomes), { two: 'passed' });
  await testing.runNamed(Uri.file(project) as unknown as vscode.Uri, 'gone');
  assert.match(state.warnings.at(-1)!, /no test "gone"/);
});

test('a project that does not compile is an error of every test, with what wend said', async () => {
  wendSays('', 'error[E0125]: this does not say over which time it looks\n');
  new Testing(new Wend('/nowhere', log));
  await state.controller!.refresh();
  await state.controller!.run(new TestRunRequest(), never);
  assert.deepEqual([...state.runs.at(-1)!.outcomes.values()], ['errored', 'errored']);
  assert.match(state.runs.at(-1)!.messages[0].message, /E0125/);
});

test('without a wend nothing breaks, and it is told once', async () => {
  state.settings.set('path', join(folder, 'no_such'));
  state.warnings.length = 0;
  const wend = new Wend('/nowhere', log);
  new Testing(wend);
  await state.controller!.refresh();
  await state.controller!.run(new TestRunRequest(), never);
  assert.deepEqual([...state.runs.at(-1)!.outcomes.values()], ['errored', 'errored']);
  assert.equal(state.warnings.length, 1);
  assert.match(state.warnings[0], /no_such.*Colours and snippets work without it/s);
});

test('there is a task to check and one to test each project, and problems are told from the workspace folder', async () => {
  wendSays('t.wend:2:3: error[E0125]: no\n');
  const tasks = await new Tasks(new Wend('/nowhere', log)).provideTasks();
  assert.deepEqual(tasks.map((each) => [each.name, each.problemMatchers]), [['check marketing/shop', '$wend'], ['test marketing/shop', '$wend']]);
  const terminal = await (tasks[0].execution as unknown as { callback(): Promise<vscode.Pseudoterminal> }).callback();
  let shown = '';
  terminal.onDidWrite((written) => { shown += written; });
  const ended = new Promise<number | void>((resolve) => terminal.onDidClose!((code) => resolve(code)));
  terminal.open(undefined);
  assert.equal(await ended, 1);
  assert.match(shown, /^> wend check --format short\r\nmarketing\/shop\/t\.wend:2:3: error\[E0125\]: no\r\n$/);
});
