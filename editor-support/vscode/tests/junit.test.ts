// What `wend test --format junit` says, read.
import assert from 'node:assert/strict';
import test from 'node:test';
import { placeIn, readJunit } from '../src/junit';

test('passed, failed, skipped and those that could not be run', () => {
  const cases = readJunit(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="wend test" tests="4"><testsuite name="a.wend">
 <testcase classname="a" name="one" file="a.wend" line="3" time="0.012"/>
 <testcase classname="a" name="two &amp; &quot;more&quot;" file="a.wend" line="9" time="0.5"><failure type="expectation" message="expected &lt;sent&gt;">a.wend:12: expected &lt;sent&gt;
  what happened &#x2717;</failure></testcase>
 <testcase name="three" file="b.wend" line="1" time="0"><error message="no such message"/></testcase>
 <testcase name="four" file="b.wend" line="2" time="0"><skipped/></testcase>
</testsuite></testsuites>`);
  assert.deepEqual(cases.map((each) => [each.name, each.outcome, each.line, each.seconds]),
    [['one', 'passed', 3, 0.012], ['two & "more"', 'failed', 9, 0.5], ['three', 'error', 1, 0], ['four', 'skipped', 2, 0]]);
  assert.equal(cases[1].message, 'expected <sent>');
  assert.equal(cases[1].details, 'a.wend:12: expected <sent>\n  what happened ✗');
  assert.equal(cases[2].message, 'no such message');
});

test('a timeline in CDATA is taken as it is', () => {
  const [only] = readJunit('<testcase name="a"><failure message="m"><![CDATA[x < y & <b>]]></failure></testcase>');
  assert.equal(only.details, 'x < y & <b>');
});

test('what is no such file gives no cases, and half a file those that are whole', () => {
  assert.deepEqual(readJunit('error: no project here'), []);
  assert.deepEqual(readJunit(''), []);
  assert.equal(readJunit('<testcase name="a"/><testcase name="b"><failure mess').length, 2);
  assert.equal(readJunit('<testcase name="&#x110000;"/>')[0].name, '&#x110000;');
});

test('the place of a failure is its expectation, not the test it stands in', () => {
  assert.deepEqual(placeIn('tests.wend:3: an order: is thanked\n  tests.wend:5: expected `sent thanks`\n    but it was not\n  tests.wend:9: expected x'), { file: 'tests.wend', line: 5 });
  assert.deepEqual(placeIn('journeys/win back.wend:92:3: x'), { file: 'journeys/win back.wend', line: 92 });
  assert.equal(placeIn('at 10:30: nothing'), undefined);
});
