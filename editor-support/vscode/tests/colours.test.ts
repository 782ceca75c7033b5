// The grammar over every `.wend` file of the project: it never loses its way in one.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import test from 'node:test';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, IGrammar, Registry, parseRawGrammar } from 'vscode-textmate';

const root = process.env.WEND_SOURCE!;
const here = join(root, 'editor-support', 'vscode');
const grammars: Record<string, string> = { 'source.wend': 'wend', 'text.html.wend-liquid': 'liquid' };

async function load(): Promise<IGrammar> {
  const wasm = readFileSync(join(dirname(require.resolve('vscode-oniguruma')), 'onig.wasm'));
  await loadWASM(wasm);
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async (scope) => (grammars[scope] ? parseRawGrammar(readFileSync(join(here, 'syntaxes', `${grammars[scope]}.tmLanguage.json`), 'utf8'), `${scope}.json`) : null),
  });
  return (await registry.loadGrammar('source.wend'))!;
}

function wendFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((each) =>
    each.isDirectory() ? wendFiles(join(folder, each.name)) : each.name.endsWith('.wend') ? [join(folder, each.name)] : []);
}

interface Token { text: string; scopes: string[]; line: number; before: string; after: string }

function tokens(grammar: IGrammar, text: string): Token[] {
  let stack = INITIAL;
  return text.split('\n').flatMap((line, number) => {
    const read = grammar.tokenizeLine(line, stack);
    stack = read.ruleStack;
    return read.tokens.map(({ startIndex, endIndex, scopes }) => ({ text: line.slice(startIndex, endIndex), scopes, line: number + 1, before: line.slice(0, startIndex), after: line.slice(endIndex) }));
  });
}

const files = ['examples', 'stdlib', join('tests', 'stories')].flatMap((each) => wendFiles(join(root, each)));
const has = (token: Token, prefix: RegExp) => token.scopes.some((each) => prefix.test(each));
const hard = new Set(/hardWord\s*:([^;]*);/.exec(readFileSync(join(root, 'grammar', 'WendParser.g4'), 'utf8'))![1].match(/[A-Z]+/g)!.map((each) => each.toLowerCase()));
const declares = /^(project|profile|event|measure|score|audience|states|signal|hook|channel|topic|message|protect|experiment|journey|test|module|use)\b\s+[\w"{]/;

test('every declaration of every program is one, whatever stands before it', async () => {
  const grammar = await load();
  assert.ok(files.length > 100);
  for (const file of files) {
    for (const token of tokens(grammar, readFileSync(file, 'utf8'))) {
      const where = `${relative(root, file)}:${token.line}: ${token.before}${token.text}${token.after}`;
      if (token.before === '' && declares.test(token.text + token.after) && !has(token, /^string/)) assert.ok(has(token, /^keyword\.declaration/), where);
      assert.ok(!has(token, /^invalid/), where);
      if (has(token, /^(comment|string|meta\.embedded)/)) continue;
      for (const word of token.text.matchAll(/[\p{L}_][\p{L}\p{N}_-]*/gu)) {
        const behind = token.text.slice(word.index! + word[0].length) + token.after, before = token.before + token.text.slice(0, word.index);
        if (!hard.has(word[0]) || /^\s*:/.test(behind) || /\.\s*$/.test(before)) continue;
        assert.ok(has(token, /^(keyword|constant|support|variable\.other\.property|entity\.name\.tag)/), `\`${word[0]}\` has no colour in ${where}`);
      }
    }
  }
});
