// Reads the words of Wend out of grammar/WendLexer.g4, and where each may stand out of grammar/WendParser.g4, so that no editor
// spells a keyword a second time. Also the names that stand in tables of the compiler: types, functions, Liquid's tags and filters.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const withoutComments = (text) => text.replace(/\/\/[^\n]*/g, '');

// "DAYS         : 'day' | 'days' ;" → DAYS: [day, days]. Rules with anything but spelled words in them are not words.
function readLexer(text) {
  const words = new Map();
  for (const [, name, body] of withoutComments(text).matchAll(/^([A-Z_]+)\s*:((?:\s*'[a-z][a-z-]*'\s*\|?)+);/gm)) {
    words.set(name, [...body.matchAll(/'([^']+)'/g)].map((each) => each[1]));
  }
  return words;
}

// The rules as trees: {alternatives: [[item]]}, an item being {name, optional} or {group, optional}.
function readParser(text) {
  const rules = new Map();
  const body = withoutComments(text).replace(/^[\s\S]*?\}/, '');   // the header ends with its options
  for (const rule of body.split(';')) {
    const tokens = rule.match(/[A-Za-z_]+|[()|*+?~:]/g) ?? [];
    if (tokens[1] !== ':') continue;
    let at = 2;
    const alternatives = () => {
      const all = [[]];
      while (at < tokens.length && tokens[at] !== ')') {
        const token = tokens[at++];
        if (token === '|') { all.push([]); continue; }
        if (token === '~') { ++at; continue; }   // "anything but" names nothing
        const item = token === '(' ? { group: alternatives() } : { name: token };
        if (token === '(') ++at;
        item.optional = tokens[at] === '?' || tokens[at] === '*';
        if ('?*+'.includes(tokens[at] ?? ' ')) ++at;
        all.at(-1).push(item);
      }
      return all;
    };
    rules.set(tokens[0], alternatives());
  }
  return rules;
}

export class Grammar {
  constructor(root) {
    const read = (...path) => readFileSync(join(root, ...path), 'utf8');
    this.lexer = readLexer(read('grammar', 'WendLexer.g4'));
    this.parser = readParser(read('grammar', 'WendParser.g4'));
    const types = /simple_types\[\] = \{([\s\S]*?)\};/.exec(read('compiler', 'sema', 'types.cpp'));
    this.types = found('types', [...types[1].matchAll(/\{"([a-z ]+)"/g)].map((each) => each[1]));
    const builtins = [...read('compiler', 'builtins', 'builtins.def').matchAll(/^WEND_BUILTIN\("(\w+)", (\w+)/gm)];
    const named = (...where) => found(where[0], unique(builtins.filter((each) => where.includes(each[2])).map((each) => each[1])));
    this.functions = named('function', 'both');
    const own = /words = \{([^}]*)\};/.exec(read('compiler', 'liquid', 'check_filters.cpp'));   // filters whose types no row can say
    this.filters = unique([...found('filters of the checker', [...(own?.[1] ?? '').matchAll(/"(\w+)"/g)].map((each) => each[1])), ...named('filter', 'both')]);
    const tags = /tag_words\(\) \{[\s\S]*?= \{([\s\S]*?)\};/.exec(read('compiler', 'liquid', 'parse.cpp'));
    this.tags = found('tags', [...tags[1].matchAll(/"(\w+)"/g)].map((each) => each[1]));
  }

  isWord(token) { return this.lexer.has(token); }
  spelled(tokens) { return unique([...tokens].flatMap((token) => this.lexer.get(token))); }
  rule(name) {
    const rule = this.parser.get(name);
    if (!rule) throw new Error(`grammar/WendParser.g4 has no rule \`${name}\`: name the one that took its place in scripts/grammar.mjs`);
    return rule;
  }

  // The words a rule can begin with. Names and expressions begin with no word of the rule's own.
  leading(name) {
    const words = new Set();
    const begin = (alternatives, outer) => alternatives.forEach((items) => {
      for (const item of items) {
        if (item.group) begin(item.group, outer);
        else if (this.isWord(item.name)) words.add(item.name);
        else if (this.parser.has(item.name) && !kNames.has(item.name) && !outer.includes(item.name)) begin(this.rule(item.name), [...outer, item.name]);
        if (!item.optional) break;
      }
    });
    begin(this.rule(name), [name]);
    return words;
  }

  // All words that a rule writes itself, those of the rules it is made of too, but for `stop`.
  within(name, stop = kNames) {
    const words = new Set(), seen = new Set([name]);
    const walk = (alternatives) => alternatives.flat().forEach((item) => {
      if (item.group) walk(item.group);
      else if (this.isWord(item.name)) words.add(item.name);
      else if (this.parser.has(item.name) && !stop.has(item.name) && !seen.has(item.name)) {
        seen.add(item.name);
        walk(this.rule(item.name));
      }
    });
    walk(this.rule(name));
    return words;
  }
}

// Rules that stand for a name or for a part of the language of its own.
const kNames = new Set(['name', 'path', 'plainPath', 'prop', 'memberWord', 'softWord', 'hardWord', 'expr', 'fallback', 'arith', 'value', 'argument',
  'declaration', 'block', 'testBody', 'skipped', 'text', 'type', 'renamed']);

export const unique = (all) => [...new Set(all)];

function found(what, all) {
  if (all.length === 0) throw new Error(`no ${what} were found: their table has another shape now, and scripts/words.mjs has to follow`);
  return all;
}
