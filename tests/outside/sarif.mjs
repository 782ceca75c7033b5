// What `wend check` and `wend test` write as SARIF, read by the public schema of version 2.1.0 and by Microsoft's own validator,
// with the rules of GitHub's code scanning. Both come out of `@microsoft/sarif-multitool-linux`.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const outside = createRequire(join(process.env.WEND_OUTSIDE ?? '.', 'package.json'));
const WEND = process.env.WEND ?? 'wend';
const Ajv = outside('ajv/dist/2020').default;
const addFormats = outside('ajv-formats').default;
const multitool = dirname(outside.resolve('@microsoft/sarif-multitool-linux/package.json'));

const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
const fits = ajv.compile(JSON.parse(readFileSync(join(multitool, 'sarif-2.1.0.json'), 'utf8')));

// Rules of the validator that ask for what is not to be had here: pieces of the sources (the reader has the repository), the version
// of it, addresses of pages as long as the project has none, and messages in two parts.
const LEFT_OUT = new Set(['SARIF2002', 'SARIF2003', 'SARIF2005', 'SARIF2006', 'SARIF2010', 'SARIF2011', 'SARIF2012']);

function validated(folder, name) {
  const path = join(folder, name);
  const log = JSON.parse(readFileSync(path, 'utf8'));
  assert.ok(fits(log), JSON.stringify(fits.errors, null, 1));
  const program = join(multitool, 'Sarif.Multitool');
  if (process.arch !== 'x64' || !existsSync(program)) return log;
  chmodSync(program, 0o755);
  const report = join(folder, `${name}.report.sarif`);
  const run = spawnSync(program, ['validate', path, '--output', report, '--log', 'ForceOverwrite', '--rule-kind', 'Sarif;Gh', '--level', 'Error;Warning;Note', '--kind', 'Fail'], {
    encoding: 'utf8',
    env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1', HOME: folder, DOTNET_BUNDLE_EXTRACT_BASE_DIR: join(folder, 'net') },
  });
  assert.ok(existsSync(report), `${run.stdout}${run.stderr}`);
  const told = JSON.parse(readFileSync(report, 'utf8')).runs[0].results ?? [];
  const wrong = told.filter((result) => !LEFT_OUT.has(result.ruleId.split('/')[0])).map((result) => `${result.ruleId}: ${result.message.id} ${(result.message.arguments ?? []).join(' | ')}`);
  assert.deepEqual(wrong, []);
  return log;
}

const PROJECT = `project broken { time zone "UTC" }
profile {
  identity user_id
  "🎉 åäö"
}
event play { track text }
measure plays = count of plya in last 7 days
measure again = count of plya in last 3 days
`;
const WELL = `project well { time zone "UTC" }
profile { identity user_id }
event play { track text }
measure plays = count of play in last 7 days
test "one is two" {
  at 2026-01-01 10:00 { play { track: "ö" }, expect plays is 2 }
}
`;

const folder = mkdtempSync(join(tmpdir(), 'wend-sarif-'));
try {
  const wend = (words) => spawnSync(WEND, words, { encoding: 'utf8', cwd: folder });
  for (const [name, text] of [['a project', PROJECT], ['well', WELL], ['gone', '']]) {
    mkdirSync(join(folder, name));
    if (text) writeFileSync(join(folder, name, 'project.wend'), text);
  }
  assert.equal(wend(['check', 'a project', '--output', 'sarif=check.sarif']).status, 1);
  const checked = validated(folder, 'check.sarif').runs[0];
  assert.ok(checked.results.length >= 2);
  assert.ok(checked.results.some((result) => result.fixes));
  for (const result of checked.results) assert.equal(checked.tool.driver.rules[result.ruleIndex].id, result.ruleId);

  assert.equal(wend(['check', 'well', '--output', 'sarif=well.sarif']).status, 0);
  assert.deepEqual(validated(folder, 'well.sarif').runs[0].results, []);

  assert.equal(wend(['check', 'gone', '--output', 'sarif=gone.sarif']).status, 1);
  assert.equal(validated(folder, 'gone.sarif').runs[0].results[0].ruleId, 'E0001');

  assert.equal(wend(['test', 'well', '--output', 'sarif=test.sarif']).status, 1);
  const tested = validated(folder, 'test.sarif').runs[0].results;
  assert.equal(tested.length, 1);
  assert.equal(tested[0].locations[0].physicalLocation.region.startLine, 6);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log('well');
