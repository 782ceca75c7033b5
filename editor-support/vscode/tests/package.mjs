// A packaged extension: all that its package.json names is inside, nothing it does not need is, and it loads and starts with nothing
// beside it but the editor.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const vsix = resolve(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'wend-vsix-'));
try {
  execFileSync('cmake', ['-E', 'tar', 'xf', vsix], { cwd: folder });   // a zip; cmake is here, whatever else is
  const inside = join(folder, 'extension');
  const manifest = JSON.parse(readFileSync(join(inside, 'package.json'), 'utf8'));
  const { languages, grammars, snippets } = manifest.contributes;
  for (const each of [...languages.map((language) => language.configuration), ...[...grammars, ...snippets].map((part) => part.path), manifest.main]) {
    assert.ok(existsSync(join(inside, each)), `${each} is named in package.json and not in the package`);
  }
  for (const each of ['src', 'tests', 'scripts', 'node_modules', 'tsconfig.json', 'package-lock.json']) assert.ok(!existsSync(join(inside, each)), `${each} is in the package`);

  // Only what node has, and `vscode`, is asked for when it starts.
  const program = readFileSync(join(inside, manifest.main), 'utf8');
  const asked = new Set([...program.matchAll(/require\("([^"]+)"\)/g)].map((each) => each[1]));
  const builtin = createRequire(import.meta.url)('node:module').builtinModules;
  for (const each of asked) assert.ok(each === 'vscode' || builtin.includes(each.replace('node:', '')), `it wants the module ${each}`);
  for (const each of ['http', 'https', 'node:http', 'node:https', 'dns', 'tls']) assert.ok(!asked.has(each), `it wants ${each}: the extension talks to no server`);
  console.log(`${Math.round(program.length / 1024)} KB of program, ${[...asked].sort().join(', ')}`);
} finally {
  rmSync(folder, { recursive: true });
}
