// Writes syntaxes/*.tmLanguage.json from the grammar of the language: which words there are, and where each means something, comes from
// there (words.mjs); how they are coloured stands here. `node scripts/grammar.mjs` writes them, `--check` fails where they are not as
// they would be written. A word that the grammar gains is coloured as its rule is; a declaration it gains must be named in `kDeclarations`.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Grammar, unique } from './words.mjs';
import { liquidGrammar } from './liquid.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const NAME = '[\\p{L}_][\\p{L}\\p{N}_]*';
const PATH = `${NAME}(?:\\.${NAME})*`;
const MEMBER = '(?:^|(?<=[{,]))\\s*';                  // where a member begins
const WORD_END = '(?![\\p{L}\\p{N}_-])';
const NOT_A_NAME = '(?<![\\p{L}\\p{N}_.-])';           // neither the end of another word nor behind a dot
const NOT_A_KEY = '(?!\\s*:(?!:))';                    // `at: …` names an argument

// Each declaration: the rules its members are of, and what its name is called. `fields`: members may be `name type`.
const kDeclarations = {
  project: { rules: ['projectMember'], name: 'namespace' },
  profile: { rules: ['profileMember'], fields: true },
  event: { rules: ['property'], name: 'type', fields: true },
  measure: { name: 'variable' },
  score: { name: 'variable' },
  audience: { name: 'variable' },
  states: { rules: ['statesMember'], name: 'type', own: ['state'] },
  signal: { rules: ['signalMember'], name: 'type' },
  hook: { rules: ['hookField'], name: 'function', fields: true },
  report: { rules: [], name: 'variable' },
  channel: { rules: ['channelMember'], name: 'type', fields: true },
  topic: { rules: ['topic'], name: 'type' },
  message: { rules: ['messageMember'], name: 'function', fields: true, own: ['content'] },
  protect: { rules: ['protectRule'], name: 'type' },
  experiment: { rules: ['experimentMember'], name: 'type', own: ['metric'] },
  journey: { rules: ['journeyMember', 'enter', 'statement', 'dateElse'], name: 'function', own: ['step', 'reference'] },
  test: { rules: ['testMember', 'testStatement', 'expectation'], own: ['reference'] },
  module: { rules: ['moduleMember'], name: 'namespace', fields: true },
  use: { name: 'namespace' },
  unsupported: { rules: [] },
};

// The hard words, which mean the same wherever they stand.
const kHard = {
  'keyword.operator.logical': ['AND', 'OR', 'NOT'],
  'keyword.operator.word': ['IS', 'IN'],
  'constant.language': ['TRUE', 'FALSE', 'KNOWN', 'UNKNOWN'],
  'keyword.control.conditional': ['IF', 'THEN', 'ELSE', 'WHEN', 'OTHERWISE', 'WHERE', 'UNTIL'],
  'keyword.control.statement': ['SEND', 'WAIT', 'CHOOSE', 'SPLIT', 'SET', 'EMIT', 'CALL', 'GO', 'FINISH', 'LEAVE'],
  'keyword.other.clause': ['OF', 'BY', 'TO', 'FROM', 'WITH', 'FOR', 'AT', 'ON', 'AS'],
};

const scoped = (name) => `${name}.wend`;
const match = (name, regexp) => ({ name: scoped(name), match: regexp });
const alternation = (words) => `(?:${[...words].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).map((word) => word.replaceAll(' ', '\\s+')).join('|')})`;
const include = (name) => ({ include: `#${name}` });
const captures = (...names) => Object.fromEntries(names.map((name, i) => [i + 1, name]).filter(([, name]) => name).map(([i, name]) => [i, { name: scoped(name) }]));

function wendGrammar(grammar) {
  const hard = grammar.within('hardWord', new Set());
  const classed = new Set(Object.values(kHard).flat());
  for (const word of hard) if (!classed.has(word)) throw new Error(`\`${grammar.spelled([word])}\` is a hard word now: give it a colour in kHard of scripts/grammar.mjs`);
  for (const word of classed) if (!hard.has(word)) throw new Error(`\`${word}\` is not a hard word any more: take it out of kHard of scripts/grammar.mjs`);
  const alone = (words) => `${NOT_A_NAME}${alternation(words)}${WORD_END}${NOT_A_KEY}`;
  const soft = (tokens) => [...tokens].filter((token) => !hard.has(token));

  // What begins a declaration, with the name of its rule.
  const starts = grammar.rule('declaration').map((items) => items[0].name);
  const declared = starts.flatMap((rule) => grammar.spelled(grammar.leading(rule)).map((word) => ({ rule, word })));
  const RESUME = `(?=^${alternation(unique(declared.map((each) => each.word)))}(?:\\s+(?:${NAME}|")|\\s*\\{))`;

  // ---- words of expressions, wherever an expression may stand
  const stops = new Set(['expr', 'fallback', 'arith', 'postfix', 'primary', 'literal', 'textPrimary', 'name', 'path', 'plainPath', 'prop', 'timeUnit', 'quantity', 'weekday']);
  const units = grammar.spelled(grammar.within('timeUnit'));
  const aggregates = grammar.spelled(soft([...grammar.leading('aggregate'), ...grammar.leading('quantifier'), 'FREQUENT']).filter((token) => !grammar.within('timeUnit').has(token)));
  const relations = grammar.spelled(soft(grammar.within('relation', stops)));
  const windows = grammar.spelled(soft(grammar.within('window', stops)));
  const others = grammar.spelled(soft([...grammar.within('hop', stops), ...grammar.within('expr', new Set([...stops].filter((each) => each !== 'fallback' && each !== 'arith' && each !== 'postfix' && each !== 'primary')))]))
    .filter((word) => ![...aggregates, ...relations, ...windows, ...units].includes(word));
  const behindAggregate = alternation(grammar.spelled([...hard].filter((token) => !['OF', 'WITH'].includes(token))));

  const repository = {
    comment: { patterns: [
      { name: scoped('comment.line.number-sign'), match: '(#)\\s*(wend:allow)\\s+([EW]\\d{4})(:).*$',
        captures: captures('punctuation.definition.comment', 'keyword.other.allow', 'constant.other.diagnostic', 'punctuation.separator') },
      { name: scoped('comment.line.number-sign'), match: '(#).*$', captures: captures('punctuation.definition.comment') },
    ] },
    text: { patterns: [
      { name: scoped('string.quoted.triple'), begin: '"""', end: '"""', beginCaptures: { 0: { name: scoped('punctuation.definition.string.begin') } },
        endCaptures: { 0: { name: scoped('punctuation.definition.string.end') } },
        patterns: [include('escape'), { include: 'text.html.wend-liquid#template' }] },
      { name: scoped('string.quoted.double'), begin: '"', end: '"|$', beginCaptures: { 0: { name: scoped('punctuation.definition.string.begin') } },
        endCaptures: { 0: { name: scoped('punctuation.definition.string.end') } },
        patterns: [include('escape'), { include: 'text.html.wend-liquid#template-of-a-line' }] },
    ] },
    escape: { patterns: [match('constant.character.escape', '\\\\["\\\\n]'), match('invalid.illegal.escape', '\\\\.')] },
    literal: { patterns: [
      match('constant.numeric.instant', '\\d{4}-\\d\\d-\\d\\dT\\d\\d?:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?(?:Z|[+-]\\d\\d:\\d\\d)?'),
      match('constant.numeric.date', '\\d{4}-\\d\\d-\\d\\d'),
      match('constant.numeric.clock', '\\d\\d?:\\d\\d(?::\\d\\d)?Z?'),
      match('constant.numeric.percent', '\\d+(?:\\.\\d+)?%'),
      { match: `(\\d+(?:\\.\\d+)?)\\s+(${alternation(units)})${WORD_END}`, captures: captures('constant.numeric', 'keyword.other.unit') },
      { match: '(\\d+(?:\\.\\d+)?)\\s+([A-Z]{3})\\b', captures: captures('constant.numeric', 'keyword.other.unit.currency') },
      match('constant.numeric', `\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?${WORD_END}`),
      match('invalid.illegal.number', '\\d[\\p{L}\\p{N}_]*'),
    ] },
    field: { match: `(?:^|(?<=[{,])|(?<=\\bwith))\\s*(?!with\\b)(${NAME})\\s+(${alternation(['one of', 'list of', 'set of', ...grammar.types])})${WORD_END}(\\s*\\?)?`,
      captures: captures('variable.other.property', 'support.type', 'keyword.operator.optional') },
    type: { patterns: [
      { match: `((?:list|set)\\s+of)\\s+(${alternation(grammar.types)})?`, captures: captures('support.type', 'support.type') },
      match('support.type', '(?<=\\s)(?:one|list|set)\\s+of' + WORD_END),
      match('keyword.operator.optional', '\\?'),
    ] },
    key: { match: `${NOT_A_NAME}(${NAME})\\s*(:)(?!:)`, captures: captures('variable.parameter', 'punctuation.separator.key-value') },
    property: { match: `(\\.)(${NAME})`, captures: captures('punctuation.accessor', 'variable.other.property') },
    call: { match: `${NOT_A_NAME}(${alternation(grammar.functions)})(?=\\()`, captures: captures('support.function.builtin') },
    hard: { patterns: Object.entries(kHard).map(([name, tokens]) => match(name, alone(grammar.spelled(tokens)))) },
    operator: { patterns: [match('keyword.operator.comparison', '<=|>=|<|>'), match('keyword.operator.assignment', '='), match('keyword.operator.range', '\\.\\.'),
      match('keyword.operator.arithmetic', '[+*/]|-'), match('punctuation.separator', ',')] },
    expression: { patterns: [
      // `or else` is one operator, and so is `not in`.
      match('keyword.operator.word', `${NOT_A_NAME}or\\s+else${WORD_END}`),
      // An aggregate is followed by what it is of; an attribute that is called `count` is not.
      match('support.function.aggregate', `${NOT_A_NAME}${alternation(aggregates)}(?=\\s*\\(|\\s+(?!${behindAggregate}${WORD_END})[\\p{L}_])`),
      match('support.function.aggregate', `${NOT_A_NAME}${alternation(units)}(?=\\s+with\\b)`),
      match('keyword.operator.word', `(?<=[\\p{L}\\p{N}_)\\]"?]\\s)${alternation(relations)}${WORD_END}${NOT_A_KEY}`),
      match('keyword.other.window', alone(windows.filter((word) => !aggregates.includes(word)))),
      match('keyword.other.window', `(?<=\\bin\\s|\\bsince\\s)${alternation(windows.filter((word) => aggregates.includes(word)))}${WORD_END}`),
      match('keyword.other.unit', alone(units)),
      match('constant.language.weekday', alone(grammar.spelled(grammar.within('weekday')))),
      match('keyword.other.clause', `${NOT_A_NAME}${alternation(others)}(?=\\s+[\\p{L}\\p{N}_])${NOT_A_KEY}`),
    ] },
    common: { patterns: ['comment', 'text', 'literal', 'type', 'call', 'key', 'property', 'expression', 'hard', 'operator', 'name'].map(include) },
    name: match('variable.other', NAME),   // taken whole: the digits in `plays_1_day` are not a number

    // ---- what only some declarations have
    state: { match: `${MEMBER}(${NAME})(?=\\s+(?:when|otherwise|renamed)\\b)`, captures: captures('entity.name.type.state') },
    content: { patterns: [
      { match: `${MEMBER}(${PATH})(?=\\s*\\{)`, captures: captures('entity.name.tag.channel') },
      { match: `(?:^|(?<=[{,]))\\s*(${NAME})(?=\\s+")`, captures: captures('variable.other.property') },
      { match: `${MEMBER}(${NAME})\\s+(file)(?=\\s*")`, captures: captures('variable.other.property', 'keyword.other.clause') },
    ] },
    metric: { match: `${MEMBER}(metric|guard)\\s+(${NAME})(?=\\s*=)`, captures: captures('keyword.other.member', 'entity.name.variable.metric') },
    step: { patterns: [
      { match: `${MEMBER}(step)\\s+(${NAME})`, captures: captures('keyword.declaration.step', 'entity.name.section.step') },
      { match: `${NOT_A_NAME}(go)\\s+(to)\\s+(${NAME})`, captures: captures('keyword.control.statement', 'keyword.control.statement', 'entity.name.section.step') },
    ] },
    reference: { patterns: [
      { match: `${NOT_A_NAME}(send|emit|call)\\s+(${PATH})`, captures: captures('keyword.control.statement', 'entity.name.function') },
      { match: `${MEMBER}(expect)\\s+(?:(not)\\s+)?(sent|deferred|suppressed|raised|called)\\s+(?!${alternation(grammar.spelled(hard))}\\b)(${PATH})`,
        captures: captures('keyword.other.member', 'keyword.operator.logical', 'keyword.other.clause', 'entity.name.function') },
    ] },
  };

  const nameOf = { namespace: 'entity.name.namespace', type: 'entity.name.type', variable: 'entity.name.variable', function: 'entity.name.function' };
  for (const rule of starts) {
    const kind = kDeclarations[rule];
    if (!kind) throw new Error(`the grammar has a declaration \`${rule}\` that kDeclarations of scripts/grammar.mjs does not know`);
    const words = alternation(grammar.spelled(grammar.leading(rule)));
    const beginCaptures = captures('keyword.declaration', kind.name && `${nameOf[kind.name]}.${rule}`);
    const begin = `^\\s*(${words})${WORD_END}${NOT_A_KEY}${kind.name ? `(?:\\s+(${PATH}))?` : ''}`;
    if (!kind.rules) {
      repository[rule] = { match: begin, captures: beginCaptures };
      continue;
    }
    const leading = unique(kind.rules.flatMap((each) => grammar.spelled(soft(grammar.leading(each)))));
    const inside = unique(kind.rules.flatMap((each) => grammar.spelled(soft(grammar.within(each))))).filter((word) => !units.includes(word));
    const header = unique(grammar.spelled(soft(grammar.within(rule, new Set([...kind.rules, 'eventRef', 'expr', 'quantity', 'name', 'path'])))));
    const members = [
      include('comment'), ...(kind.own ?? []).map(include),
      ...(leading.length ? [{ match: `${MEMBER}(${alternation(leading)})${WORD_END}${NOT_A_KEY}`, captures: captures('keyword.other.member') }] : []),
      ...(kind.fields ? [include('field')] : []),
      include('text'), include('key'), include('property'), include('literal'), include('expression'),
      ...(inside.length ? [match('keyword.other.clause', alone(inside))] : []),
    ];
    repository[`${rule}-block`] = { begin: '\\{', end: `\\}|${RESUME}`, beginCaptures: { 0: { name: scoped('punctuation.section.block.begin') } },
      endCaptures: { 0: { name: scoped('punctuation.section.block.end') } }, patterns: [include(`${rule}-block`), ...members, include('common')] };
    repository[rule] = { name: scoped(`meta.${rule}`), begin, end: `(?<=\\})|${RESUME}`, beginCaptures,
      patterns: [include(`${rule}-block`), include('comment'),
        match('keyword.other.clause', alone(unique(['renamed', ...header]))), include('common')] };
  }
  repository.declaration = { patterns: starts.map(include) };
  return {
    information_for_contributors: ['Written by scripts/grammar.mjs from grammar/WendLexer.g4 and grammar/WendParser.g4: change those, or the script.'],
    name: 'Wend', scopeName: 'source.wend', fileTypes: ['wend'],
    patterns: [include('comment'), include('declaration'), include('common')],
    repository,
  };
}

// Wend in the fences of a Markdown page.
const markdown = {
  information_for_contributors: ['Written by scripts/grammar.mjs.'],
  scopeName: 'markdown.wend.codeblock', injectionSelector: 'L:text.html.markdown', fileTypes: [],
  patterns: [{ include: '#fence' }],
  repository: { fence: {
    name: 'markup.fenced_code.block.markdown', begin: '(^|\\G)(\\s*)(`{3,}|~{3,})\\s*(?i:(wend)(\\s[^`]*)?$)', end: '(^|\\G)(\\2|\\s{0,3})(\\3)\\s*$',
    beginCaptures: { 3: { name: 'punctuation.definition.markdown' }, 4: { name: 'fenced_code.block.language' } },
    endCaptures: { 3: { name: 'punctuation.definition.markdown' } },
    patterns: [{ begin: '(^|\\G)(\\s*)(.*)', while: '(^|\\G)(?!\\s*([`~]{3,})\\s*$)', contentName: 'meta.embedded.block.wend', patterns: [{ include: 'source.wend' }] }],
  } },
};

const grammar = new Grammar(join(here, '..', '..', '..'));
const files = { 'wend.tmLanguage.json': wendGrammar(grammar), 'liquid.tmLanguage.json': liquidGrammar(grammar), 'markdown.tmLanguage.json': markdown };
let stale = 0;
for (const [name, content] of Object.entries(files)) {
  const path = join(here, '..', 'syntaxes', name), text = JSON.stringify(content, null, 1) + '\n';
  let before = '';
  try { before = readFileSync(path, 'utf8'); } catch { /* it is written for the first time */ }
  if (before === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`editor-support/vscode/syntaxes/${name} is not what the grammar says: run \`node editor-support/vscode/scripts/grammar.mjs\``);
    ++stale;
  } else writeFileSync(path, text);
}
process.exit(stale ? 1 : 0);
