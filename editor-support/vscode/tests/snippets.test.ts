// Every snippet, as it comes before anything is typed into it, stands in a project of `wend new` and is right there; and it is written
// in the one style.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import liquid from '../snippets/liquid.json';
import wend from '../snippets/wend.json';

interface Snippet { prefix: string; description: string; body: string[] }

// What an editor makes of a body: ${1:default}, ${1|first,second|}, $1 again, $0, and a brace in a default as \}.
function expanded(body: string): string {
  const defaults = new Map<string, string>();
  const walk = (from: number, nested: boolean): [string, number] => {
    let out = '', at = from;
    for (; at < body.length && !(nested && body[at] === '}'); ++at) {
      if (body[at] === '\\' && at + 1 < body.length && '}$\\'.includes(body[at + 1])) out += body[++at];
      else if (body[at] !== '$') out += body[at];
      else {
        const plain = /^\$(\d+)/.exec(body.slice(at)), braced = /^\$\{(\d+)([:|}])/.exec(body.slice(at));
        if (plain) { out += defaults.get(plain[1]) ?? ''; at += plain[0].length - 1; }
        else if (!braced) out += '$';
        else if (braced[2] === '}') { out += defaults.get(braced[1]) ?? ''; at += braced[0].length - 1; }
        else if (braced[2] === '|') {
          const end = body.indexOf('|}', at);
          out += body.slice(at + braced[0].length, end).split(',')[0];
          at = end + 1;
        } else {
          const [inner, end] = walk(at + braced[0].length, true);
          defaults.set(braced[1], inner);
          out += inner;
          at = end;
        }
      }
    }
    return [out, at];
  };
  return walk(0, false)[0];
}

const indented = (text: string, by: string) => text.trimEnd().split('\n').map((line) => by + line).join('\n');
const journey = (text: string) => `journey of_snippet {\n  enter    on order\n  re-enter always\n${indented(text, '  ')}\n}\n`;
const step = (text: string) => journey(`step one {\n${indented(text, '  ')}\n}`);
const aTest = (text: string) => `test "of a snippet" {\n${indented(text, '  ')}\n}\n`;

// Where each stands that is not a declaration, and what it wants beside it.
const places: Record<string, (text: string) => string> = {
  step: journey,
  ...Object.fromEntries(['send', 'sendby', 'wait', 'waituntil', 'waitfor', 'if', 'choosefirst', 'split', 'set', 'emit'].map((each) => [each, step])),
  goto: (text) => journey(`step one {\n  wait 1 day\n  ${text}\n}`),
  chooseby: (text) => `experiment greeting {\n  variants { variant_a 50%, variant_b 50% }\n}\n\n${step(text)}`,
  given: (text) => aTest(`${text}\nat 2026-01-01 10:00 { visit }`),
  at: aTest, daily: aTest,
  suppressed: (text) => aTest(`at 2026-01-05 10:00 { order { order_id: "1", total: 20 EUR } }\n${text}`),
};
// Those that stand in the place of something the project has.
const alone = new Set(['project', 'profile']);

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'wend-snippets-'));
  if (process.env.WEND) execFileSync(process.env.WEND, ['new', join(folder, 'fresh')]);
});
after(() => rmSync(folder, { recursive: true }));

const withWend = { skip: process.env.WEND ? false : 'WEND is not set' };
const run = (...words: string[]) => spawnSync(process.env.WEND!, words, { encoding: 'utf8' });

test('every snippet stands in a project as it comes', withWend, async (context) => {
  for (const [name, snippet] of Object.entries(wend as Record<string, Snippet>)) {
    await context.test(name, () => {
      const project = join(folder, snippet.prefix);
      cpSync(join(folder, 'fresh'), project, { recursive: true });
      const text = (places[snippet.prefix] ?? ((each: string) => each))(expanded(snippet.body.join('\n')));
      const file = snippet.prefix === 'module' ? join(project, 'our_thanks.wend') : join(project, 'snippet.wend');
      if (alone.has(snippet.prefix)) replaceInProject(project, snippet.prefix, text);
      else writeFileSync(file, text.trimEnd() + '\n');
      const checked = run('check', '--format', 'short', project);
      assert.equal(checked.status, 0, `${text}\n${checked.stdout}${checked.stderr}`);
      const formatted = run('fmt', '--check', project);
      assert.equal(formatted.status, 0, `${text}\n${formatted.stdout}${formatted.stderr}`);
    });
  }
});

function replaceInProject(project: string, kind: string, text: string): void {
  const file = join(project, 'project.wend');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, before.replace(new RegExp(`^${kind}\\b[\\s\\S]*?^\\}\\n`, 'm'), text.trimEnd() + '\n'));
}

test('every snippet of Liquid stands in a message', withWend, async (context) => {
  const project = join(folder, 'of_liquid');
  cpSync(join(folder, 'fresh'), project, { recursive: true });
  writeFileSync(join(project, 'footer.liquid'), 'Yours\n');
  writeFileSync(join(project, 'liquid.wend'), [
    'message of_a_snippet {', '  category lifecycle', '  with plan text, items list of { name text }', '  email { subject "A snippet", body file "body.liquid" }', '}', ''].join('\n'));
  for (const [name, snippet] of Object.entries(liquid as Record<string, Snippet>)) {
    await context.test(name, () => {
      const text = expanded(snippet.body.join('\n'));
      writeFileSync(join(project, 'body.liquid'), text + '\n');
      const checked = run('check', '--format', 'short', project);
      assert.equal(checked.status, 0, `${text}\n${checked.stdout}${checked.stderr}`);
    });
  }
});

test('no two snippets have one prefix, and each says what it is for', () => {
  for (const all of [wend, liquid] as Record<string, Snippet>[]) {
    const prefixes = Object.values(all).map((each) => each.prefix);
    assert.equal(new Set(prefixes).size, prefixes.length);
    for (const each of Object.values(all)) assert.ok(each.description.length > 10, each.prefix);
  }
});
