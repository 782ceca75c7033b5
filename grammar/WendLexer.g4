// The words and signs of Wend: the only place where a keyword is spelled. A line end is a token; which of them
// separate members is decided behind the lexer (compiler/syntax/layout.cpp). The lexer accepts every text:
// what it cannot read becomes UNCLOSED_TEXT, UNCLOSED_TRIPLE, BAD_NUMBER or STRAY, and the parser has its place.
lexer grammar WendLexer;

// Hard words: never a name where an expression or a statement may stand.
AND          : 'and' ;
OR           : 'or' ;
NOT          : 'not' ;
IS           : 'is' ;
IN           : 'in' ;
IF           : 'if' ;
THEN         : 'then' ;
ELSE         : 'else' ;
WHERE        : 'where' ;
WHEN         : 'when' ;
UNTIL        : 'until' ;
OTHERWISE    : 'otherwise' ;
TRUE         : 'true' ;
FALSE        : 'false' ;
KNOWN        : 'known' ;
UNKNOWN      : 'unknown' ;
OF           : 'of' ;
BY           : 'by' ;
TO           : 'to' ;
FROM         : 'from' ;
WITH         : 'with' ;
FOR          : 'for' ;
AT           : 'at' ;
ON           : 'on' ;
AS           : 'as' ;

// Hard words that begin a statement.
SEND         : 'send' ;
WAIT         : 'wait' ;
CHOOSE       : 'choose' ;
SPLIT        : 'split' ;
SET          : 'set' ;
EMIT         : 'emit' ;
CALL         : 'call' ;
GO           : 'go' ;
FINISH       : 'finish' ;
LEAVE        : 'leave' ;

// Soft words from here on: each may name anything. First the words that begin a declaration …
PROJECT      : 'project' ;
PROFILE      : 'profile' ;
EVENT        : 'event' ;
MEASURE      : 'measure' ;
AUDIENCE     : 'audience' ;
STATES       : 'states' ;
CHANNEL      : 'channel' ;
TOPIC        : 'topic' ;
MESSAGES     : 'message' | 'messages' ;
PROTECT      : 'protect' ;
EXPERIMENT   : 'experiment' ;
JOURNEY      : 'journey' ;
TEST         : 'test' ;
SIGNAL       : 'signal' ;
HOOK         : 'hook' ;
REPORT       : 'report' ;
MODULE       : 'module' ;
USE          : 'use' ;

// … those of declarations that are read but not compiled yet …
SCORE        : 'score' ;
CHOICE       : 'choice' ;

// … modules …
NEEDS        : 'needs' ;
ATTRIBUTE    : 'attribute' ;
VALUE        : 'value' ;

// … project …
ABOUT        : 'about' ;
TIME         : 'time' ;
ZONE         : 'zone' ;
CURRENCY     : 'currency' ;
USER         : 'user' ;
LATE         : 'late' ;
AFTER        : 'after' ;
DUPLICATES   : 'duplicates' ;
WITHIN       : 'within' ;

// … profile and types …
IDENTITY     : 'identity' ;
MANY         : 'many' ;
SENSITIVE    : 'sensitive' ;
ONE          : 'one' ;
LIST         : 'list' ;
DATE         : 'date' ;

// … measures and states …
RENAMED      : 'renamed' ;
USUAL        : 'usual' ;
OVER         : 'over' ;
ORDERED      : 'ordered' ;
EVALUATE     : 'evaluate' ;
HOURLY       : 'hourly' ;
DAILY        : 'daily' ;
WEEKLY       : 'weekly' ;
MONTHLY      : 'monthly' ;
CONTINUOUSLY : 'continuously' ;
SETTLE       : 'settle' ;
EVALUATIONS  : 'evaluation' | 'evaluations' ;

// … channels and messages …
REACHES      : 'reaches' ;
CONSENT      : 'consent' ;
EXCEPT       : 'except' ;
CONTENT      : 'content' ;
DEFAULT      : 'default' ;
CATEGORY     : 'category' ;
VALID        : 'valid' ;
FILE         : 'file' ;

// … protection …
CATEGORIES   : 'categories' ;
EXEMPT       : 'exempt' ;
MOST         : 'most' ;
LEAST        : 'least' ;
PER          : 'per' ;
BETWEEN      : 'between' ;
QUIET        : 'quiet' ;
HOLD         : 'hold' ;
OUT          : 'out' ;
NEVER        : 'never' ;
WHILE        : 'while' ;
DROP         : 'drop' ;

// … signals …
CARRIES      : 'carries' ;
FOLLOWED     : 'followed' ;
THE          : 'the' ;
LATEST       : 'latest' ;

// … reports …
FUNNEL       : 'funnel' ;

// … experiments …
UNIT         : 'unit' ;
BUCKETING    : 'bucketing' ;
SEED         : 'seed' ;
COVERAGE     : 'coverage' ;
NAMESPACE    : 'namespace' ;
FILTER       : 'filter' ;
SALT         : 'salt' ;
LAYER        : 'layer' ;
VARIANTS     : 'variants' ;
METRIC       : 'metric' ;
GUARD        : 'guard' ;
POINTS       : 'point' | 'points' ;
WORSE        : 'worse' ;
BETTER       : 'better' ;
STOP         : 'stop' ;

// … journeys …
ENTER        : 'enter' ;
EVERY        : 'every' ;
ONCE         : 'once' ;
ONLY         : 'only' ;
ALWAYS       : 'always' ;
CLOSED       : 'closed' ;
PAUSED       : 'paused' ;
GOAL         : 'goal' ;
EXIT         : 'exit' ;
PRIORITY     : 'priority' ;
STEP         : 'step' ;
REMOVED      : 'removed' ;
LEFT         : 'left' ;
BEST         : 'best' ;
UP           : 'up' ;
PAST         : 'past' ;
SKIP_WORD    : 'skip' ;
YEARLY       : 'yearly' ;

// … expressions …
ANY          : 'any' ;
ALL          : 'all' ;
COUNT        : 'count' ;
SUM          : 'sum' ;
AVERAGE      : 'average' ;
SMALLEST     : 'smallest' ;
LARGEST      : 'largest' ;
HAS          : 'has' ;
STREAK       : 'streak' ;
DISTINCT     : 'distinct' ;
FREQUENT     : 'frequent' ;
LAST         : 'last' ;
FIRST        : 'first' ;
SINCE        : 'since' ;
CONTAINS     : 'contains' ;
STARTS       : 'starts' ;
ENDS         : 'ends' ;
MATCHES      : 'matches' ;
MENTIONS     : 'mentions' ;

// … relations and triggers …
MOVES        : 'moves' ;
BECOMES      : 'becomes' ;
LEAVES       : 'leaves' ;
CHANGES      : 'changes' ;
DROPS        : 'drops' ;
RISES        : 'rises' ;
STAYS        : 'stays' ;
BELOW        : 'below' ;
ABOVE        : 'above' ;
SIGMAS       : 'sigma' | 'sigmas' ;

// … windows …
EVER         : 'ever' ;
TODAY        : 'today' ;
THIS         : 'this' ;
BECAME       : 'became' ;
ROLLING      : 'rolling' ;
AGO          : 'ago' ;
ENTRY        : 'entry' ;
EXPOSURE     : 'exposure' ;
MATCHING     : 'matching' ;

// … tests …
GIVEN        : 'given' ;
HELD         : 'held' ;
EXPECT       : 'expect' ;
SENT         : 'sent' ;
DEFERRED     : 'deferred' ;
SUPPRESSED   : 'suppressed' ;
BECAUSE      : 'because' ;
TWICE        : 'twice' ;
TIMES        : 'times' ;
RAISED       : 'raised' ;
CALLED       : 'called' ;

// … units; singular and plural are one word …
MILLISECONDS : 'millisecond' | 'milliseconds' ;
SECONDS      : 'second' | 'seconds' ;
MINUTES      : 'minute' | 'minutes' ;
HOURS        : 'hour' | 'hours' ;
DAYS         : 'day' | 'days' ;
WEEKS        : 'week' | 'weeks' ;
MONTHS       : 'month' | 'months' ;
YEARS        : 'year' | 'years' ;

// … and the days of the week.
MONDAY       : 'monday' ;
TUESDAY      : 'tuesday' ;
WEDNESDAY    : 'wednesday' ;
THURSDAY     : 'thursday' ;
FRIDAY       : 'friday' ;
SATURDAY     : 'saturday' ;
SUNDAY       : 'sunday' ;

// re-enter after 30 days
REENTER      : 're-enter' ;

// Signs.
LBRACE       : '{' ;
RBRACE       : '}' ;
LPAREN       : '(' ;
RPAREN       : ')' ;
LBRACKET     : '[' ;
RBRACKET     : ']' ;
COMMA        : ',' ;
COLON        : ':' ;
DOTDOT       : '..' ;
DOT          : '.' ;
ASSIGN       : '=' ;
LE           : '<=' ;
GE           : '>=' ;
LT           : '<' ;
GT           : '>' ;
PLUS         : '+' ;
MINUS        : '-' ;
STAR         : '*' ;
SLASH        : '/' ;
QUESTION     : '?' ;

// Literals. 2026-01-31T18:00Z · 2026-01-31 · 22:00 · 10% · 49.90 · 12
INSTANT      : DAY_PART 'T' D D? ':' D D (':' D D ('.' D+)?)? ('Z' | [+-] D D ':' D D)? ;
DATE_LITERAL : DAY_PART ;
CLOCK        : D D? ':' D D (':' D D)? ;
CLOCK_UTC    : D D? ':' D D (':' D D)? 'Z' ;
PERCENT      : D+ ('.' D+)? '%' ;
INT          : D+ ;
NUMBER       : D+ '.' D+ ([eE] [+-]? D+)? | D+ [eE] [+-]? D+ ;
BAD_NUMBER   : D [0-9a-zA-Z_]* ;

// "a text, {{ name | default: "x" }}" · a template may hold quotes, and ends on its line
TEXT         : '"' TEXT_PIECE* '"' ;
// """ a text over several lines """
TRIPLE       : '"""' TRIPLE_PIECE* '"""' ;
UNCLOSED_TRIPLE : '"""' TRIPLE_PIECE* '"'? '"'? ;
UNCLOSED_TEXT : '"' TEXT_PIECE* '\\'? ;

// Letters outside ASCII are taken here and judged by compiler/syntax/characters.cpp.
IDENT        : [a-zA-Z_\u00AA-\u{10FFFF}] [a-zA-Z0-9_\u00AA-\u{10FFFF}]* ;

NL           : '\r'? '\n' ;
BLANK        : [ \t]+ -> channel(HIDDEN) ;
// # from here to the end of the line
COMMENT      : '#' ~[\r\n]* -> channel(HIDDEN) ;
STRAY        : . ;

fragment D          : [0-9] ;
fragment DAY_PART   : D D D D '-' D D '-' D D ;
fragment TEXT_PIECE : ~["\\\r\n] | '\\' ~[\r\n]
                    | '{{' (~[{}\r\n] | '}' ~[{}\r\n])* '}}'
                    | '{%' (~[{}%\r\n] | '%' ~[{}%\r\n])* '%}' ;
fragment TRIPLE_PIECE : '"'? '"'? (~["\\] | '\\' .) ;
