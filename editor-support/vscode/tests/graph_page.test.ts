// The page of the graph view: what is let in, and what is not.
import assert from 'node:assert/strict';
import test from 'node:test';
import { byTheme, cleanSvg, graphPage, placeOf } from '../src/graph_page';

test('the picture is all that is taken, and nothing in it can run or fetch', () => {
  const clean = cleanSvg(`<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">
    <script>alert(1)</script><SCRIPT href="x"/><foreignObject><p>x</p></foreignObject><image href="http://example.org/a.png"/>
    <a xlink:href="javascript:alert(1)" href='https://example.org'><text ONCLICK='x()'>nudge</text></a><use href="#tip"/>
    <style>.a{fill:red}</style></svg> trailing`, 'N');
  assert.doesNotMatch(clean, /script|alert|foreignObject|image|https?:\/\/example|onload|onclick|trailing|DOCTYPE/i);
  assert.match(clean, /^<svg[\s\S]*<\/svg>$/);
  assert.match(clean, /<use href="#tip"\/>/);
  assert.match(clean, /<text>nudge<\/text>/);
  assert.match(clean, /<style nonce="N">\.a\{fill:red\}<\/style>/);
});

test('what is no picture is none', () => {
  for (const text of ['', 'error: no such journey', '<svg', '</svg><svg>']) assert.equal(cleanSvg(text, 'N'), '');
});

test('dark colours follow the editor, not the system', () => {
  const css = byTheme('.a{fill:#fff}@media (prefers-color-scheme:dark){\n.a,.b{fill:#000}\n:root{x:y}\n}.c{d:e}');
  assert.doesNotMatch(css, /@media/);
  assert.match(css, /\.vscode-dark \.a, \.vscode-dark \.b, \.vscode-high-contrast:not\(\.vscode-high-contrast-light\) \.a/);
  assert.match(css, /\.vscode-dark, \.vscode-high-contrast:not\(\.vscode-high-contrast-light\) \{x:y\}/);
  assert.ok(css.startsWith('.a{fill:#fff}') && css.endsWith('.c{d:e}'));
  for (let length = 0; length < 60; ++length) byTheme('@media (prefers-color-scheme: dark) { .a { fill: red } .b'.slice(0, length));
});

test('the policy allows what has the nonce and nothing else, and no text is taken for markup', () => {
  const page = graphPage({ svg: '', title: 'a <b> & "c"', note: '<img src=x onerror=alert(1)>', nonce: 'N' });
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1];
  assert.equal(policy, "default-src 'none'; style-src 'nonce-N'; script-src 'nonce-N'");
  assert.doesNotMatch(page, /<img|<b>/);
  assert.match(page, /&lt;img src=x/);
  for (const tag of page.match(/<(?:script|style)[^>]*>/g)!) assert.match(tag, /nonce="N"/);
  assert.doesNotMatch(page, /\sstyle="/);
});

test('what is clicked leads to a line of the project, and to nothing else', () => {
  assert.deepEqual(placeOf('/shop', 'a/b.wend', 7), { file: '/shop/a/b.wend', line: 7 });
  for (const [file, line] of [['../other/b.wend', 7], ['/etc/passwd', 1], ['a.txt', 1], ['a.wend', 0], ['a.wend', 1.5], ['a.wend', NaN], [undefined, 1], ['a.wend', '1']])
    assert.equal(placeOf('/shop', file, line), undefined, String(file));
});
