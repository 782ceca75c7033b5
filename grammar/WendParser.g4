// The grammar of Wend, one declaration at a time; each rule with an example. Separators reach it already
// sorted out (compiler/syntax/layout.cpp): `sep` is one token, and no line end stands inside a line that goes on.
// It accepts a little more than the language (a missing window, a repeated member): the translation to the
// tree says what is wrong there, in better words than a parser can. Every block is `member? (sep member)*`, so
// that a first member that cannot be read does not take the rest of its block with it.
parser grammar WendParser;
options { tokenVocab = WendLexer; }

// One declaration and nothing behind it.
unit        : declaration EOF ;

// measure plays = count of play ever
declaration : project | profile | event | measure | score | audience | states | channel | topic | message | protect
            | experiment | journey | test | signal | hook | report | module | use | unsupported ;

// a line end or a comma
sep         : NL | COMMA ;

// ---- project, profile, events ----------------------------------------------------------------------

// project tidal_wave { time zone "Europe/Stockholm" }
project       : PROJECT name (LBRACE projectMember? (sep projectMember)* RBRACE)? ;
// currency EUR
projectMember : ABOUT text
              | TIME ZONE text
              | CURRENCY name
              | USER TIME FROM name
              | LATE AFTER quantity
              | DUPLICATES WITHIN quantity
              ;

// profile { identity user_id, device_id many  plan one of free, premium = free }
profile       : PROFILE LBRACE profileMember? (sep profileMember)* RBRACE ;
// identity user_id, email
profileMember : IDENTITY identity (COMMA identity)* | attribute ;
// device_id many
identity      : name MANY? ;
// push_token text? sensitive
attribute     : name type SENSITIVE? (ASSIGN value)? SENSITIVE? ;

// event purchase from "Order Completed" { cart_id text, amount money from "revenue.amount" }
event         : EVENT name (FROM text)? (LBRACE property? (sep property)* RBRACE)? ;
// played duration in milliseconds
property      : prop type (ASSIGN value | IN MILLISECONDS | FROM text)* ;
// "jazz" · ["jazz", "rock"]
value         : list | expr ;
// [{ name: "a", price: 3 EUR }, { name: "b", price: 5 EUR }]
list          : LBRACKET (listItem (COMMA listItem)*)? COMMA? RBRACKET ;
// { name: "a", price: 3 EUR } · "jazz"
listItem      : record | expr ;

// one of en, sv, de · list of { name text, price money } · set of text · text?
type          : ONE OF oneValue (COMMA oneValue)* QUESTION?
              | LIST OF LBRACE field (sep field)* RBRACE QUESTION?
              | LIST OF itemType QUESTION?
              | SET OF itemType QUESTION?
              | typeName QUESTION? ;
// one of a, b · text
itemType      : ONE OF oneValue (COMMA oneValue)* | typeName ;
// premium · "e-mail"
oneValue      : name | text ;
// time of day
typeName      : TIME OF DAYS | TIME | DATE | IDENT ;
// price money
field         : prop type ;

// ---- measures, audiences, states -------------------------------------------------------------------

// measure plays = count of play in last 7 days, usual over 8 weeks
measure       : MEASURE name renamed? ASSIGN expr (COMMA USUAL OVER quantity)? ;
// renamed from discount
renamed       : RENAMED FROM name ;
// score churn_risk = 0.4 * missed_weeks + 0.1 (a trained model is read, not compiled)
score         : SCORE name renamed? (ASSIGN expr | LBRACE skipped* RBRACE) ;
// audience loyal = engagement is core and spend > 100 EUR
audience      : AUDIENCE name ASSIGN expr ;

// states engagement ordered { evaluate daily at 04:00 … }
states        : STATES name ORDERED? renamed? LBRACE statesMember? (sep statesMember)* RBRACE ;
// settle for 2 evaluations
statesMember  : EVALUATE cadence
              | SETTLE FOR INT EVALUATIONS
              | stateRule ;
// core when active_days >= 12, until active_days < 10
stateRule     : name renamed? (WHEN expr (COMMA UNTIL expr)? | OTHERWISE) ;
// weekly on monday at 04:00 user time
cadence       : HOURLY | CONTINUOUSLY | DAILY AT clock | WEEKLY ON weekday AT clock | MONTHLY ON INT AT clock ;
// 22:00 user time · hour (a `value` the module needs)
clock         : (CLOCK | IDENT) (USER TIME)? ;
// 22:00 user time
wallClock     : CLOCK (USER TIME)? ;
// monday
weekday       : MONDAY | TUESDAY | WEDNESDAY | THURSDAY | FRIDAY | SATURDAY | SUNDAY ;

// ---- signals and hooks -----------------------------------------------------------------------------

// signal cart_abandoned from add_to_cart { when not followed by purchase within 1 hour of the latest, carries total }
signal        : SIGNAL name FROM eventRef (WHERE expr)? (LBRACE signalMember? (sep signalMember)* RBRACE)? ;
// when not followed by purchase within 1 hour of the latest matching cart_id
signalMember  : WHEN NOT? FOLLOWED BY eventRef (WHERE expr)? WITHIN quantity (OF THE? (LATEST | FIRST))? (MATCHING prop)? upTo?
              | WHEN expr
              | CARRIES prop (COMMA prop)*
              ;
// hook crm { url text = "https://crm.example/plan", plan text }
hook          : HOOK name LBRACE hookField? (sep hookField)* RBRACE ;
// url text = "https://crm.example/plan"
hookField     : prop type (ASSIGN value)? ;

// ---- channels, messages, protection ----------------------------------------------------------------

// channel email { reaches email, consent email_opt_in, content { subject text, body html } }
channel       : CHANNEL name LBRACE channelMember? (sep channelMember)* RBRACE ;
// consent not do_not_mail, except transactional
channelMember : REACHES name
              | CONSENT NOT? name (COMMA EXCEPT name (COMMA name)*)?
              | CONTENT LBRACE field? (sep field)* RBRACE ;

// topic weekly_news { default subscribed }
topic         : TOPIC name (LBRACE (DEFAULT name)? RBRACE)? ;

// message weekly_mix { category lifecycle, push { title "Ready" } }
message       : MESSAGES name LBRACE messageMember? (sep messageMember)* RBRACE ;
// in sv { push { title "Klart" } }
messageMember : CATEGORY name
              | TOPIC name
              | VALID FOR quantity
              | WITH parameter (COMMA laterParameter)*
              | IN oneValue LBRACE channelContent? (sep channelContent)* RBRACE
              | channelContent ;
// percent int
parameter     : name type ;
// percent int (a word that begins a member of a message needs a line of its own)
laterParameter: (IDENT | softWord) type ;
// email { subject "Hello", body file "weekly_mix.liquid" }
channelContent: path LBRACE fieldText? (sep fieldText)* RBRACE ;
// body file "weekly_mix.liquid"
fieldText     : prop (FILE text | expr) ;

// protect listeners { at most 2 messages in 1 day }
protect       : PROTECT name? LBRACE protectRule? (sep protectRule)* RBRACE ;
// quiet from 22:00 to 08:00 user time, then wait
protectRule   : CATEGORIES name (GT name)*
              | EXEMPT name (COMMA name)*
              | AT MOST INT path (IN quantity | PER timeUnit (USER TIME)?) thenDo?
              | AT LEAST quantity BETWEEN MESSAGES thenDo?
              | AT LEAST INT MESSAGES IN quantity COMMA ELSE SEND path (BY channelList)?
              | QUIET FROM CLOCK TO CLOCK (USER TIME)? thenDo?
              | NEVER path WHILE expr thenDo?
              | HOLD OUT PERCENT FROM name (COMMA name)*
              ;
// , then send reminder
thenDo        : COMMA THEN (DROP | WAIT | SEND path) ;

// ---- experiments -----------------------------------------------------------------------------------

// experiment offer_depth { variants { gentle 50%, steep 50% } }
experiment    : EXPERIMENT name renamed? LBRACE experimentMember? (sep experimentMember)* RBRACE ;
// guard opted_out = has unsubscribed within 7 days of exposure, at most 0.5 points worse
experimentMember
              : UNIT expr
              | SALT text
              | BUCKETING name name? (SEED text)?
              | COVERAGE PERCENT
              | NAMESPACE text range
              | FILTER text range (COMMA range)*
              | LAYER name range
              | VARIANTS LBRACE variant? (sep variant)* RBRACE
              | FOR expr
              | METRIC name ASSIGN expr
              | GUARD name ASSIGN expr (COMMA AT MOST (INT | NUMBER) POINTS WORSE)?
              | STOP AFTER quantity
              | STOP WHEN name IS (BETTER | WORSE)
              ;
// gentle 50% · gentle 0% to 10% and 90% to 100%
variant       : name (range (AND range)* | PERCENT)? ;
// 0% to 40%
range         : PERCENT TO PERCENT ;

// ---- reports ---------------------------------------------------------------------------------------

// report first_purchase = funnel of signup then play where played >= 30 seconds then purchase within 30 days
report        : REPORT name ASSIGN (FUNNEL OF funnelStep (THEN funnelStep)* (WITHIN quantity)? | IDENT skipped*) ;
// not purchase where amount > 10 EUR
funnelStep    : NOT? eventRef (WHERE expr)? ;

// ---- journeys --------------------------------------------------------------------------------------

// journey win_back { enter on signup  step hello { send welcome } }
journey       : JOURNEY name (CLOSED | PAUSED)* renamed? LBRACE journeyMember? (sep journeyMember)* RBRACE ;
// goal count of play since entry >= 5 within 14 days of entry
journeyMember : ABOUT text
              | ENTER enter
              | ONLY IF expr
              | REENTER (NEVER | ALWAYS | AFTER quantity)
              | ONE PER expr (COMMA AT MOST INT AT ONCE)?
              | AT MOST INT AT ONCE
              | GOAL expr (WITHIN quantity OF ENTRY)?
              | EXIT WHEN expr
              | PRIORITY MINUS? INT
              | STEP name renamed? block
              | REMOVED name COLON (GO TO name | LEAVE)
              ;
// on date birth_date at 09:00 yearly
enter         : ON DATE fallback (AT clock)? YEARLY?
              | ON eventRef (WHERE expr)?
              | WHEN expr
              | EVERY (DAYS | weekday (COMMA weekday)*) AT clock
              | ONCE AT DATE_LITERAL clock
              | BY EXPERIMENT path LBRACE enterArm? (sep enterArm)* RBRACE
              ;
// gentle { on signup }
enterArm      : (name | OTHERWISE) LBRACE enter? (sep enter)* RBRACE ;

// { send weekly_mix, wait 2 days }
block         : LBRACE statement? (sep statement)* RBRACE ;
// wait for play up to 2 days { then finish }
statement     : SEND path sendClause*
              | WAIT quantity
              | WAIT UNTIL wallClock (ON weekday (COMMA weekday)*)?
              | WAIT UNTIL DATE fallback (AT clock)? (COMMA dateElse)*
              | WAIT UNTIL expr UP TO quantity outcome?
              | WAIT FOR eventRef (WHERE expr)? UP TO quantity outcome?
              | IF expr block (ELSE IF expr block)* (ELSE block)?
              | CHOOSE FIRST LBRACE whenArm? (sep whenArm)* RBRACE
              | CHOOSE BY EXPERIMENT path LBRACE namedArm? (sep namedArm)* RBRACE
              | SPLIT text (PER ENTRY)? LBRACE shareArm? (sep shareArm)* RBRACE
              | SET name TO (UNKNOWN | expr)
              | EMIT path record?
              | CALL path (WITH argument (COMMA argument)*)?
              | GO TO name
              | FINISH
              | LEAVE
              ;
// by push, else email · at 09:00 user time · with percent: 10
sendClause    : BY channelList | AT clock | WITH argument (COMMA argument)* ;
// push, else email · push and email · best channel
channelList   : BEST CHANNEL | plainPath (COMMA ELSE plainPath)+ | plainPath (AND plainPath)* ;
// { then wait 7 days, finish  else go to offer }
outcome       : LBRACE branch? (sep? branch)* RBRACE ;
// then wait 7 days, finish (a branch without its word is told so later)
branch        : (THEN | ELSE) (statement (sep statement)*)? | statement (sep statement)* ;
// when plan is premium { finish }
whenArm       : (WHEN expr | OTHERWISE) block ;
// gentle { send win_back_offer }
namedArm      : (name | OTHERWISE) block ;
// 10% { finish }
shareArm      : PERCENT block ;
// if past skip
dateElse      : IF (PAST | UNKNOWN) (SKIP_WORD | LEAVE) ;
// { percent: 10, code: "A" }
record        : LBRACE argument? (sep argument)* RBRACE ;
// at: 2026-01-01 10:00, code: unknown
argument      : prop COLON (localTime | UNKNOWN | value) ;
// 2026-01-01 10:00 user time
localTime     : DATE_LITERAL (CLOCK (USER TIME)? | CLOCK_UTC) | INSTANT ;

// ---- tests -----------------------------------------------------------------------------------------

// test "nobody is written to at night" { at 2026-01-01 10:00 { play { track: "a" } } }
test          : TEST text LBRACE testMember? (sep testMember)* RBRACE ;
// after 2 days { expect sent weekly_mix }
testMember    : GIVEN USER text? record
              | HELD OUT
              | IN name OF path
              | AT localTime testBody
              | AFTER quantity testBody
              | DAILY AT clock FROM DATE_LITERAL TO DATE_LITERAL testBody
              | HOURLY FROM DATE_LITERAL TO DATE_LITERAL testBody
              ;
// { play { track: "a" }, expect sent weekly_mix }
testBody      : LBRACE testStatement? (sep testStatement)* RBRACE ;
// identify { plan: premium }
testStatement : EXPECT expectation | path record? ;
// suppressed win_back_offer because consent
expectation   : NOT? RAISED path countClause*
              | NOT? SET name (TO (UNKNOWN | expr))? countClause*
              | NOT? CALLED path countClause*
              | (NOT? SENT | DEFERRED | SUPPRESSED) path expectClause*
              | NOT? IN path (FOR text)? (AT STEP? name)?
              | NOT? LEFT path (FOR text)? (BY name)?
              | NOT? GOAL OF path (FOR text)?
              | expr
              ;
// by push · once · 3 times · because consent · until 2026-01-02 08:00 · with subject: "Hello"
expectClause  : BY path | ONCE | TWICE | INT TIMES | BECAUSE name | UNTIL localTime | WITH argument (COMMA argument)* ;

// once · 3 times · with total: 30 EUR
countClause   : ONCE | TWICE | INT TIMES | WITH argument (COMMA argument)* ;

// ---- modules ---------------------------------------------------------------------------------------

// module std.cart_recovery { needs event added { cart_id text } }
module        : MODULE path (LBRACE moduleMember? (sep moduleMember)* RBRACE)? ;
// needs value patience duration = 1 hour
moduleMember  : ABOUT text
              | NEEDS EVENT name (LBRACE field? (sep field)* RBRACE)?
              | NEEDS MESSAGES name (LBRACE (WITH parameter (COMMA laterParameter)*)? RBRACE)?
              | NEEDS CHANNEL name
              | NEEDS (ATTRIBUTE | MEASURE) name type
              | NEEDS VALUE name type (ASSIGN expr)?
              ;
// use std.cart_recovery as cart with added: add_to_cart { cart_id: basket }, reminder: cart_reminder
use           : USE path (AS name)? (WITH given (COMMA given)*)? ;
// added: add_to_cart { cart_id: basket }
given         : prop COLON expr (LBRACE renaming? (sep renaming)* RBRACE)? ;
// cart_id: basket
renaming      : prop COLON prop ;

// ---- read, not compiled yet ------------------------------------------------------------------------

// choice subject_line { … }
unsupported   : CHOICE skipped* ;
// anything with its braces in balance
skipped       : ~(LBRACE | RBRACE) | LBRACE skipped* RBRACE ;

// ---- expressions, loosest first --------------------------------------------------------------------

// if plan is premium then 10 else 5
expr          : IF expr THEN expr ELSE expr | disjunction ;
// plan is free or spend > 100 EUR
disjunction   : conjunction (OR conjunction)* ;
// plan is premium and not paused_by_support
conjunction   : negation (AND negation)* ;
// not email_opt_in
negation      : NOT* comparison ;
// spend > 100 EUR (comparisons are not chained)
comparison    : fallback relation? ;
// first_name or else "friend"
fallback      : arith (OR ELSE arith)* ;
// starts with "a" · moves from core to casual
relation      : IS NOT? (KNOWN | UNKNOWN)
              | IS (BELOW | ABOVE) USUAL BY (PERCENT | (INT | NUMBER) SIGMAS)
              | IS NOT? fallback
              | (LT | LE | GT | GE) fallback
              | NOT? IN LBRACKET (expr (COMMA expr)*)? RBRACKET
              | NOT? IN arith DOTDOT arith
              | NOT? IN postfix
              | CONTAINS fallback
              | STARTS WITH fallback
              | ENDS WITH fallback
              | MATCHES fallback
              | MENTIONS textPrimary
              | MOVES FROM arith TO arith
              | BECOMES arith
              | LEAVES arith
              | CHANGES
              | DROPS
              | RISES
              | STAYS arith FOR quantity
              ;
// ("down" or "crash*") and not "all good"
textQuery     : textConjunction (OR textConjunction)* ;
// "down" and not "all good"
textConjunction : textNegation (AND textNegation)* ;
// not "all good"
textNegation  : NOT? textPrimary ;
// "not working" · ("a" or "b*")
textPrimary   : text | LPAREN textQuery RPAREN ;

// spend + 10 EUR
arith         : term ((PLUS | MINUS) term)* ;
// price * 2
term          : factor ((STAR | SLASH) factor)* ;
// -3
factor        : MINUS* postfix ;
// item.price
postfix       : primary (DOT prop)* ;
// age(birth_date) · any item in items where item.price > 10 EUR
primary       : literal
              | LPAREN expr RPAREN
              | quantifier
              | aggregate
              | USUAL path
              | AT                                    // when the event happened: hour(at) in 6..11
              | name LPAREN (callArgument (COMMA callArgument)*)? RPAREN
              | name ;
// user time
callArgument  : USER TIME | expr (USER TIME)? ;
// count of item in items where item.price > 10 EUR · any item in items (where item.price > 10 EUR)
quantifier    : (ANY | ALL) name IN postfix (WHERE expr | LPAREN WHERE expr RPAREN)?
              | COUNT OF name IN listName (WHERE expr | LPAREN WHERE expr RPAREN)? ;
// entry.items (a name, so that `count of play in last span` is a window)
listName      : name (DOT prop)* ;

// days with play where played >= 30 seconds in last 28 days
aggregate     : (COUNT OF | HAS) LPAREN hop (THEN hop)+ RPAREN (MATCHING prop upTo?)? window?
              | (COUNT | SUM | AVERAGE | SMALLEST | LARGEST) OF eventRef (WHERE expr)? window?
              | HAS eventRef (WHERE expr)? window?
              | timeUnit WITH eventRef (WHERE expr)? window?
              | STREAK OF timeUnit WITH eventRef (WHERE expr)? window?
              | (DISTINCT | MOST FREQUENT) eventRef upTo? (WHERE expr)? window?
              | (LAST | FIRST) eventRef (WHERE expr)? window?
              | TIME SINCE (LAST | FIRST) eventRef (WHERE expr)? window?
              ;
// purchase where amount > 10 EUR within 1 hour
hop           : eventRef (WHERE expr)? (WITHIN quantity)? (MATCHING prop upTo?)? ;
// play.genre · opened weekly_mix
eventRef      : name (DOT prop)* plainPath? ;
// in last 7 days · since entry · within 7 days of exposure
window        : IN LAST quantity upTo?
              | IN ROLLING quantity upTo?
              | TODAY
              | THIS timeUnit
              | EVER
              | SINCE ENTRY
              | SINCE (LAST | FIRST) path
              | SINCE path BECAME name
              | FROM INT TO INT timeUnit AGO
              | FROM DATE_LITERAL TO DATE_LITERAL
              | WITHIN quantity OF EXPOSURE
              ;
// up to 500
upTo          : UP TO INT ;

// 12 · 49.90 EUR · 10% · 30 seconds · 22:00 · 2026-01-31 · 2026-01-31T18:00Z · "text" · true
literal       : TRUE | FALSE | (INT | NUMBER) timeUnit | (INT | NUMBER) IDENT | INT | NUMBER | PERCENT | text | DATE_LITERAL
              | INSTANT | CLOCK ;
// 30 seconds · patience (a `value` the module needs)
quantity      : (INT | NUMBER) timeUnit | IDENT ;
// days
timeUnit      : MILLISECONDS | SECONDS | MINUTES | HOURS | DAYS | WEEKS | MONTHS | YEARS ;
// "a text"
text          : TEXT | TRIPLE | UNCLOSED_TEXT | UNCLOSED_TRIPLE ;

// ---- words -----------------------------------------------------------------------------------------

// a name where hard words mean something else
name          : IDENT | memberWord | softWord ;
// a name, or one of a module: cart.recovery
path          : name (DOT name)* ;
// the same where a word would mean something else: push · mail.email
plainPath     : IDENT (DOT name)* ;
// after a dot, or as a declared property, every word may stand
prop          : name | hardWord ;
// words that begin a member of a message
memberWord    : CATEGORY | TOPIC | VALID ;
// words with a meaning in some places only
softWord
    : PROJECT | PROFILE | EVENT | MEASURE | AUDIENCE | STATES | CHANNEL | MESSAGES | PROTECT | EXPERIMENT
    | JOURNEY | TEST | MODULE | USE | SIGNAL | SCORE | CHOICE | REPORT | FUNNEL | HOOK | NEEDS | ATTRIBUTE | VALUE | ABOUT | TIME | ZONE
    | CURRENCY | USER | LATE | AFTER | DUPLICATES | WITHIN | IDENTITY | MANY | SENSITIVE | ONE | LIST | DATE
    | RENAMED | USUAL | OVER | ORDERED | EVALUATE | HOURLY | DAILY | WEEKLY | MONTHLY | CONTINUOUSLY | SETTLE
    | EVALUATIONS | REACHES | CONSENT | EXCEPT | CONTENT | DEFAULT | FILE | CATEGORIES | EXEMPT | MOST | LEAST
    | PER | BETWEEN | QUIET | HOLD | OUT | NEVER | WHILE | DROP | UNIT | SALT | BUCKETING | SEED | COVERAGE | NAMESPACE | FILTER | LAYER | VARIANTS | METRIC
    | GUARD | POINTS | WORSE | BETTER | STOP | ENTER | EVERY | ONCE | ONLY | ALWAYS | CLOSED | PAUSED | GOAL | EXIT
    | PRIORITY | STEP | REMOVED | BEST | UP | PAST | SKIP_WORD | YEARLY | ANY | ALL | COUNT | SUM | AVERAGE
    | SMALLEST | LARGEST | HAS | STREAK | DISTINCT | FREQUENT | LAST | FIRST | SINCE | CONTAINS | STARTS | ENDS
    | MATCHES | MENTIONS | MOVES | BECOMES | LEAVES | CHANGES | DROPS | RISES | STAYS | BELOW | ABOVE | SIGMAS
    | EVER | TODAY | THIS | BECAME | ROLLING | AGO | ENTRY | EXPOSURE | MATCHING | GIVEN | HELD | EXPECT | SENT
    | DEFERRED | SUPPRESSED | LEFT | RAISED | CALLED | CARRIES | FOLLOWED | THE | LATEST | BECAUSE | TWICE | TIMES | MILLISECONDS | SECONDS | MINUTES | HOURS | DAYS | WEEKS
    | MONTHS | YEARS | MONDAY | TUESDAY | WEDNESDAY | THURSDAY | FRIDAY | SATURDAY | SUNDAY ;
// words that are never a bare name
hardWord
    : AND | OR | NOT | IS | IN | IF | THEN | ELSE | WHERE | WHEN | UNTIL | OTHERWISE | TRUE | FALSE | KNOWN
    | UNKNOWN | OF | BY | TO | FROM | WITH | FOR | AT | ON | AS | SEND | WAIT | CHOOSE | SPLIT | SET | EMIT
    | CALL | GO | FINISH | LEAVE ;
