// The page of the graph view: what `wend graph` drew, in the colours of the editor, and a script of a few lines that tells on what was
// clicked. Nothing is fetched, and no script of the picture's own can run.
import * as path from 'path';

export interface GraphPage {
  svg: string;        // "": there is nothing to show, and `note` says why
  title: string;
  note: string;
  nonce: string;
}

export function graphPage({ svg, title, note, nonce }: GraphPage): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style nonce="${nonce}">
  body { padding: 0; margin: 0; color: var(--vscode-foreground); background: var(--vscode-editor-background); }
  p { padding: 1em; font-family: var(--vscode-font-family); white-space: pre-wrap; }
  main { overflow: auto; height: 100vh; }
  svg { display: block; margin: 0 auto; }
  main.fit svg { max-width: 100%; height: auto; }
  svg [data-line] { cursor: pointer; }
  svg .page { fill: none !important; }   /* the editor's own ground */
  nav { position: fixed; right: 1em; bottom: 1em; }
  button { color: var(--vscode-button-foreground); background: var(--vscode-button-background); border: 0; padding: 4px 10px; cursor: pointer; }
</style>
</head>
<body>
${note === '' ? '' : `<p role="status">${escaped(note)}</p>`}
<main class="fit">${cleanSvg(svg, nonce)}</main>
${svg === '' ? '' : '<nav><button type="button" id="size">Full size</button></nav>'}
<script nonce="${nonce}">
  const editor = acquireVsCodeApi(), main = document.querySelector('main'), size = document.getElementById('size');
  size?.addEventListener('click', () => { size.textContent = main.classList.toggle('fit') ? 'Full size' : 'Fit'; });
  main.addEventListener('click', (event) => {
    const place = event.target.closest('[data-line]');
    if (place) editor.postMessage({ file: place.dataset.file, line: Number(place.dataset.line) });
  });
</script>
</body>
</html>
`;
}

// The picture without anything that could run or fetch, its styles allowed by the page's nonce, and its dark colours taken where the
// editor's theme is dark: `prefers-color-scheme` is what the system prefers, not the editor.
export function cleanSvg(text: string, nonce: string): string {
  const begin = text.search(/<svg[\s>]/), end = text.lastIndexOf('</svg>');
  if (begin < 0 || end < begin) return '';
  return text.slice(begin, end + 6)
    .replace(/<(script|foreignObject|iframe|object|embed|image|animate|set)\b[^>]*?(?:\/>|>[\s\S]*?<\/\1\s*>)/gi, '')
    .replace(/\s+on\w+\s*=\s*(?:"[^"]*"|'[^']*')/gi, '')
    .replace(/\s+(?:xlink:)?href\s*=\s*(?:"(?!#)[^"]*"|'(?!#)[^']*')/gi, '')
    .replace(/<style\b[^>]*>([\s\S]*?)<\/style>/gi, (_, css: string) => `<style nonce="${nonce}">${byTheme(css)}</style>`);
}

// `@media (prefers-color-scheme: dark) { a { … } b { … } }` → `.vscode-dark a { … }`, `.vscode-high-contrast a { … }` and so on.
export function byTheme(css: string): string {
  let out = '', at = 0;
  for (;;) {
    const begin = css.slice(at).search(/@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)\s*\{/);
    if (begin < 0) return out + css.slice(at);
    const open = css.indexOf('{', at + begin);
    let depth = 1, end = open + 1;
    for (; end < css.length && depth > 0; ++end) depth += css[end] === '{' ? 1 : css[end] === '}' ? -1 : 0;
    out += css.slice(at, at + begin);
    for (const rule of css.slice(open + 1, end - 1).matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
      const selectors = rule[1].split(',').map((each) => each.trim()).filter((each) => each !== '');
      const themed = ['.vscode-dark', '.vscode-high-contrast:not(.vscode-high-contrast-light)'].flatMap((theme) =>
        selectors.map((each) => (each === ':root' ? theme : `${theme} ${each}`)));
      out += `${themed.join(', ')} {${rule[2]}}`;
    }
    at = end;
  }
}

// What the page said was clicked, if it is a line of a `.wend` file of the project.
export function placeOf(root: string, file: unknown, line: unknown): { file: string; line: number } | undefined {
  if (typeof file !== 'string' || typeof line !== 'number' || !Number.isInteger(line) || line < 1) return undefined;
  const target = path.resolve(root, file), inside = path.relative(root, target);
  return inside.startsWith('..') || path.isAbsolute(inside) || !target.endsWith('.wend') ? undefined : { file: target, line };
}

export function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
