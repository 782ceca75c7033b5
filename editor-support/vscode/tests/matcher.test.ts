// The problem matcher, against what `wend check --format short` really says.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import manifest from '../package.json';
import { fromWorkspace, kShortLine } from '../src/short_lines';

const pattern = manifest.contributes.problemPatterns[0];

test('the matcher of package.json is the one the tasks go by', () => {
  assert.equal(pattern.regexp, kShortLine.source);
});

test('file, line, column, severity, code and text are read, and nothing of other lines', () => {
  const read = (line: string) => { const found = kShortLine.exec(line); return found && [pattern.file, pattern.line, pattern.column, pattern.severity, pattern.code, pattern.message].map((each) => found[each]); };
  assert.deepEqual(read('a b/win_back.wend:12:7: error[E0214]: `x` may be unknown: say so'), ['a b/win_back.wend', '12', '7', 'error', 'E0214', '`x` may be unknown: say so']);
  assert.deepEqual(read('mix.liquid:1:1: warning[W0803]: a cap nobody reaches')?.[3], 'warning');
  assert.deepEqual(read('t.wend:5:3: error[expectation]: expected `sent thanks`, but it was not')?.[4], 'expectation');
  for (const other of ['', '1 error', 'all is well', '  tests.wend:5: expected `sent thanks`', 'a.wend:1: error[E0001]: x']) assert.equal(read(other), null, other);
});

test('a task names files from the workspace folder', () => {
  assert.equal(fromWorkspace('a.wend:1:2: error[E0001]: x', 'marketing/shop'), 'marketing/shop/a.wend:1:2: error[E0001]: x');
  assert.equal(fromWorkspace('a.wend:1:2: error[E0001]: x', ''), 'a.wend:1:2: error[E0001]: x');
  assert.equal(fromWorkspace('1 error', 'marketing'), '1 error');
});

test('every line that wend says of a mistake is matched', { skip: process.env.WEND ? false : 'WEND is not set' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wend-vscode-'));
  try {
    execFileSync(process.env.WEND!, ['new', join(folder, 'shop')]);
    appendFileSync(join(folder, 'shop', 'journeys.wend'), 'measure x = count of order\naudience y = nothing_here\n');
    const { stdout, status } = spawnSync(process.env.WEND!, ['check', '--format', 'short', join(folder, 'shop')], { encoding: 'utf8' });
    const lines = stdout.split('\n').filter((each) => each !== '');
    assert.equal(status, 1);
    assert.equal(lines.length, 2);
    for (const line of lines) assert.match(line, new RegExp(pattern.regexp));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
