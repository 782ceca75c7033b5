// What the extension reads of a text by itself.
import assert from 'node:assert/strict';
import test from 'node:test';
import { declarations, drawnAt, testsIn } from '../src/source_text';

const text = [
  '# journey in_a_comment {',                              // 0
  'journey win_back {',                                    // 1
  '  enter on play',
  '  step nudge { send mix }',
  '}',
  '',                                                      // 5
  'test "a \\"quoted\\" name, {braces} and # signs" {',    // 6
  '  at 2026-01-01 10:00 { play { track: "}" } }',
  '}',
  'message mix { push { title "{{ name | default: "}" }}", body """',   // 9
  'test "not a test, but a text" {',
  '""" } }',
  'states engagement { evaluate daily at 04:00, a otherwise }',         // 12
  'test "the last" { }',
].join('\n');

test('tests are found where they are declared, and nowhere else', () => {
  assert.deepEqual(testsIn(text).map((each) => [each.name, each.line, each.endLine]), [
    ['a "quoted" name, {braces} and # signs', 6, 8], ['the last', 13, 13],
  ]);
});

test('what is drawn is the journey or the states around the cursor', () => {
  assert.equal(drawnAt(text, 0), undefined);
  assert.equal(drawnAt(text, 3)?.name, 'win_back');
  assert.equal(drawnAt(text, 7), undefined);
  assert.deepEqual([drawnAt(text, 12)?.kind, drawnAt(text, 12)?.name], ['states', 'engagement']);
});

test('a text in the middle of being written does no harm', () => {
  for (let length = 0; length <= text.length; ++length) declarations(text.slice(0, length));
  assert.deepEqual(declarations('journey'), [{ kind: 'journey', name: '', line: 0, endLine: 0 }]);
  assert.deepEqual(declarations('}}}\njourney a {').map((each) => each.name), ['a']);
});

test('a member that is called like a declaration is none', () => {
  assert.deepEqual(declarations('use std.win_back with\n  message: thanks,\n  event: order').map((each) => each.kind), ['use']);
});
