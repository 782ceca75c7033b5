// Draws images/*.png for the README: a text in the colours of the extension's grammar, and beside it the page of the graph view, as a
// browser shows them. Not VS Code itself: its own colours of the theme "Dark Modern" are written down here.
//   WEND=the program PACKAGES=a folder with node_modules CHROMIUM=the browser node scripts/pictures.mjs
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');
const examples = join(here, '..', '..', 'examples');
const packages = process.env.PACKAGES, wanted = createRequire(join(packages, 'x.js'));
const { INITIAL, Registry, parseRawGrammar } = wanted('vscode-textmate');
const oniguruma = wanted('vscode-oniguruma');

const theme = [   // the last that fits wins, as the longest scope does
  [/^keyword/, '#569cd6'], [/^keyword\.control/, '#c586c0'], [/^keyword\.operator\.(comparison|assignment|arithmetic|range)/, '#d4d4d4'], [/^keyword\.other\.unit/, '#b5cea8'],
  [/^entity\.name/, '#4ec9b0'], [/^entity\.name\.function/, '#dcdcaa'], [/^entity\.name\.(section|variable)/, '#9cdcfe'], [/^entity\.name\.tag/, '#569cd6'],
  [/^support\.function/, '#dcdcaa'], [/^support\.type/, '#4ec9b0'], [/^constant\.(numeric|other)/, '#b5cea8'], [/^constant\.language/, '#569cd6'], [/^constant\.character/, '#d7ba7d'],
  [/^variable/, '#9cdcfe'], [/^string/, '#ce9178'], [/^comment/, '#6a9955'], [/^invalid/, '#f44747'],
];
const colour = (scopes) => scopes.reduce((before, scope) => theme.findLast(([pattern]) => pattern.test(scope))?.[1] ?? (scope.startsWith('meta.embedded') ? '#d4d4d4' : before), '#cccccc');
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

async function coloured(file) {
  await oniguruma.loadWASM(readFileSync(join(dirname(wanted.resolve('vscode-oniguruma')), 'onig.wasm')));
  const names = { 'source.wend': 'wend', 'text.html.wend-liquid': 'liquid' };
  const registry = new Registry({ onigLib: Promise.resolve(oniguruma),
    loadGrammar: async (scope) => names[scope] && parseRawGrammar(readFileSync(join(here, 'syntaxes', `${names[scope]}.tmLanguage.json`), 'utf8'), 'x.json') });
  const grammar = await registry.loadGrammar('source.wend');
  let stack = INITIAL;
  return readFileSync(file, 'utf8').trimEnd().split('\n').map((line, number) => {
    const read = grammar.tokenizeLine(line, stack);
    stack = read.ruleStack;
    const text = read.tokens.map((token) => `<span style="color:${colour(token.scopes)}">${escaped(line.slice(token.startIndex, token.endIndex))}</span>`).join('');
    return `<i>${number + 1}</i>${text}`;
  }).join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'wend-pictures-'));
function shoot(name, html, width, height) {
  const page = join(folder, `${name}.html`), image = join(here, 'images', `${name}.png`);
  writeFileSync(page, html);
  mkdirSync(dirname(image), { recursive: true });
  execFileSync(process.env.CHROMIUM ?? 'chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--force-device-scale-factor=1.5', `--window-size=${width},${height}`,
    `--screenshot=${image}`, `file://${page}`], { stdio: 'ignore', cwd: folder });
}

try {
  const text = await coloured(join(examples, 'tidal_wave', 'win_back.wend'));
  execFileSync(join(packages, 'node_modules', '.bin', 'esbuild'), [join(here, 'src', 'graph_page.ts'), '--bundle', '--platform=node', '--format=cjs', `--outfile=${join(folder, 'page.cjs')}`, '--log-level=error']);
  const { graphPage } = createRequire(join(folder, 'x.js'))('./page.cjs');
  const svg = execFileSync(process.env.WEND, ['graph', join(examples, 'tidal_wave'), '--format', 'svg', '--journey', 'win_back'], { encoding: 'utf8' });
  // What VS Code gives a view: the theme's colours, its class, and the function by which it talks.
  const page = graphPage({ svg, title: 'journey win_back', note: '', nonce: 'picture' })
    .replace('<html lang="en">', '<html lang="en" style="--vscode-foreground:#cccccc;--vscode-editor-background:#1f1f1f;--vscode-font-family:sans-serif;--vscode-button-background:#0078d4;--vscode-button-foreground:#ffffff">')
    .replace('<body>', '<body class="vscode-dark">').replace("style-src 'nonce-picture'", "style-src 'unsafe-inline'").replace('<script nonce="picture">', '<script nonce="picture">const acquireVsCodeApi = () => ({ postMessage() {} });');
  writeFileSync(join(folder, 'graph.html'), page);
  shoot('journey', `<!DOCTYPE html><meta charset="utf-8"><style>
    body { margin: 0; background: #1f1f1f; display: grid; grid-template-columns: 650px 1fr; grid-template-rows: 34px 1fr; height: 100vh; font: 13px sans-serif; color: #fff; }
    header { background: #181818; padding: 9px 14px; color: #9d9d9d } header b { color: #fff; font-weight: normal }
    pre { margin: 0; padding: 10px 0; font: 13px/19px "DejaVu Sans Mono", monospace; } i { display: inline-block; width: 44px; padding-right: 16px; text-align: right; color: #6e7681; font-style: normal }
    iframe { border: 0; border-left: 1px solid #2b2b2b; width: 100%; height: 100% }</style>
    <header><b>win_back.wend</b></header><header style="border-left:1px solid #2b2b2b"><b>journey win_back</b></header><pre>${text}</pre><iframe src="graph.html"></iframe>`, 1240, 920);
} finally {
  rmSync(folder, { recursive: true });
}
