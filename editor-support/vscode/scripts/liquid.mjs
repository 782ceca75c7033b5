// The TextMate grammar of message templates: Liquid as Wend has it, in `.liquid` files and, from there, in the texts of `.wend` files.
const NAME = '[\\p{L}_][\\p{L}\\p{N}_-]*';
const scoped = (name) => `${name}.liquid`;
const alternation = (words) => `(?:${[...words].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).join('|')})`;

export function liquidGrammar(grammar) {
  const tagWord = `(${alternation(grammar.tags)})(?![\\w-])`;
  const marks = (at, name) => ({ [at]: { name: scoped(name) } });
  // An object or a tag; `closed` is asked of what follows, for in a text of one line `{{` without its end is only two braces.
  const object = (closed, end) => ({
    name: scoped('meta.embedded.object'), begin: `\\{\\{-?${closed.object}`, end: `-?\\}\\}${end}`,
    beginCaptures: marks(0, 'punctuation.section.embedded.begin'), endCaptures: marks(0, 'punctuation.section.embedded.end'),
    patterns: [{ include: '#expression' }],
  });
  const tag = (closed, end) => ({
    name: scoped('meta.embedded.tag'), begin: `(\\{%-?)\\s*(?:${tagWord})?${closed.tag}`, end: `-?%\\}${end}`,
    beginCaptures: { ...marks(1, 'punctuation.section.embedded.begin'), ...marks(2, 'keyword.control') }, endCaptures: marks(0, 'punctuation.section.embedded.end'),
    patterns: [{ include: '#expression' }],
  });
  const whole = (word, name) => ({
    name: scoped(name), begin: `(\\{%-?)\\s*(${word})\\s*(-?%\\})`, end: `(\\{%-?)\\s*(end${word})\\s*(-?%\\})|(?=""")`,
    beginCaptures: { ...marks(1, 'punctuation.section.embedded.begin'), ...marks(2, 'keyword.control'), ...marks(3, 'punctuation.section.embedded.end') },
    endCaptures: { ...marks(1, 'punctuation.section.embedded.begin'), ...marks(2, 'keyword.control'), ...marks(3, 'punctuation.section.embedded.end') },
  });
  const lines = {   // {% liquid %}: a tag a line
    name: scoped('meta.embedded.tag'), begin: '(\\{%-?)\\s*(liquid)(?![\\w-])', end: '-?%\\}|(?=""")',
    beginCaptures: { ...marks(1, 'punctuation.section.embedded.begin'), ...marks(2, 'keyword.control') }, endCaptures: marks(0, 'punctuation.section.embedded.end'),
    patterns: [{ match: `^\\s*${tagWord}`, captures: marks(1, 'keyword.control') }, { include: '#expression' }],
  };
  const anywhere = { object: '', tag: '' };
  const onTheLine = { object: '(?=(?:[^{}]|\\}[^{}])*\\}\\})', tag: '(?=(?:[^{}%]|%[^{}%])*%\\})' };   // as TEXT_PIECE of the lexer
  return {
    information_for_contributors: ['Written by scripts/grammar.mjs: the tags and filters are those of the compiler.'],
    name: 'Liquid (Wend)', scopeName: 'text.html.wend-liquid', fileTypes: ['liquid'],
    patterns: [{ include: '#template' }, { include: 'text.html.basic' }],
    injections: { 'L:text.html.wend-liquid - comment.block.liquid - meta.embedded': { patterns: [{ include: '#template' }] } },   // also in attributes and styles
    repository: {
      template: { patterns: [whole('comment', 'comment.block'), whole('doc', 'comment.block'), whole('raw', 'string.unquoted.raw'),
        { name: scoped('comment.line'), match: '\\{%-?\\s*#.*?%\\}' }, lines, tag(anywhere, '|(?=""")'), object(anywhere, '|(?=""")')] },
      'template-of-a-line': { patterns: [tag(onTheLine, ''), object(onTheLine, '')] },
      expression: { patterns: [
        { name: scoped('string.quoted.single'), begin: "'", end: "'|(?=-?[%}]\\}|\"\"\"|$)" },
        { name: scoped('string.quoted.double'), begin: '"(?!"")', end: '"|(?=-?[%}]\\}|$)' },
        { match: `(\\|)\\s*(?:(${alternation(grammar.filters)})(?![\\w-])|(${NAME}))?`,
          captures: { ...marks(1, 'keyword.operator.pipe'), ...marks(2, 'support.function.filter'), ...marks(3, 'invalid.illegal.filter') } },
        { match: `(\\.)\\s*(${NAME})`, captures: { ...marks(1, 'punctuation.accessor'), ...marks(2, 'variable.other.property') } },
        { name: scoped('keyword.operator.logical'), match: '\\b(?:and|or|contains|in|with|as)\\b(?!\\s*:)' },
        { name: scoped('keyword.control'), match: '\\b(?:reversed)\\b' },
        { match: `(${NAME})\\s*(:)`, captures: { ...marks(1, 'variable.parameter'), ...marks(2, 'punctuation.separator.key-value') } },
        { name: scoped('constant.language'), match: '\\b(?:true|false|nil|null|empty|blank)\\b' },
        { name: scoped('constant.numeric'), match: '-?\\d+(?:\\.\\d+)?' },
        { name: scoped('keyword.operator'), match: '==|!=|<=|>=|<|>|=|\\.\\.' },
        { name: scoped('variable.other'), match: NAME },
      ] },
    },
  };
}
