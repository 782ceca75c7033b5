// What the editor does while one types: language-configuration.json, as VS Code reads it.
import assert from 'node:assert/strict';
import test from 'node:test';
import wend from '../language-configuration.json';
import liquid from '../liquid-configuration.json';

const { increaseIndentPattern, decreaseIndentPattern } = wend.indentationRules;

test('a line that opens a brace is indented under, one that closes it again is not', () => {
  const opens = new RegExp(increaseIndentPattern);
  for (const line of ['journey win_back {', '  step nudge {   # first', '    wait for play up to 2 days {', 'use std.birthday with', '  items: [', '  if plan is free { send a } else {', 'test "a { brace" {', '  email { subject "}", body """'.replace(', body """', ' {')])
    assert.match(line, opens, line);
  for (const line of ['event visit', '  email { subject "a" }', '# a comment {', 'test "a {"', '  at 2026-01-01 10:00 { visit }', '  about "with"', '}'])
    assert.doesNotMatch(line, opens, line);
  for (const line of ['}', '  } else {', '  ]', ')']) assert.match(line, new RegExp(decreaseIndentPattern), line);
  assert.doesNotMatch('  step a {', new RegExp(decreaseIndentPattern));
});

test('Enter in the middle of a comment goes on with it', () => {
  const [comment] = wend.onEnterRules;
  assert.match('  # who is asked', new RegExp(comment.beforeText));
  assert.match(' back', new RegExp(comment.afterText!));
  for (const line of ['#', '# endregion', '# region protection']) assert.doesNotMatch(line, new RegExp(comment.beforeText), line);
});

test('a word is a name, also in letters beyond ASCII; a number keeps its sign and its percent', () => {
  const words = (text: string, { pattern, flags }: { pattern: string; flags: string }) => text.match(new RegExp(pattern, `g${flags}`));
  assert.deepEqual(words('besök >= -3.5% of plays_week', wend.wordPattern), ['besök', '-3.5%', 'of', 'plays_week']);
  assert.deepEqual(words('{{ first_name | date-time }}', liquid.wordPattern), ['first_name', 'date-time']);
});

test('blocks of Liquid fold', () => {
  const { start, end } = liquid.folding.markers;
  for (const line of ['{% if plan %}', '  {%- for x in y -%}', '{% comment %}']) assert.match(line, new RegExp(start), line);
  for (const line of ['{% endif %}', '  {%- endfor -%}']) assert.match(line, new RegExp(end), line);
  assert.doesNotMatch('{% assign x = 1 %}', new RegExp(start));
});
