// What the extension itself reads of a `.wend` file, without the language server: which tests are written in it, and which journey or
// states the cursor is in. It looks at lines that begin a declaration and leaves the meaning to `wend`.
export interface Declaration {
  kind: string;
  name: string;
  line: number;      // 0-based
  endLine: number;   // the last line that can belong to it
}

const kDeclares = /^\s*(project|profile|event|measure|score|audience|states|signal|hook|channel|topic|messages?|protect|experiment|journey|test|module|use)\b(?!\s*:)(?:\s+(?:"((?:[^"\\]|\\.)*)"|([\p{L}_][\p{L}\p{N}_.]*)))?/u;

// Declarations in the order of the text. Lines inside a brace, or inside a `"""` text, begin none.
export function declarations(text: string): Declaration[] {
  const found: Declaration[] = [];
  let depth = 0, inTriple = false;
  text.split('\n').forEach((line, number) => {
    if (!inTriple && depth === 0) {
      const match = kDeclares.exec(line);
      if (match) {
        if (found.length > 0) found[found.length - 1].endLine = number - 1;
        const name = match[2] !== undefined ? unescaped(match[2]) : match[3] ?? '';
        found.push({ kind: match[1], name, line: number, endLine: number });
      }
    }
    ({ depth, inTriple } = behind(line, depth, inTriple));
    if (found.length > 0) found[found.length - 1].endLine = number;
  });
  return found;
}

export function testsIn(text: string): Declaration[] {
  return declarations(text).filter((each) => each.kind === 'test');
}

// The journey or the states block around a line.
export function drawnAt(text: string, line: number): Declaration | undefined {
  return declarations(text).find((each) => (each.kind === 'journey' || each.kind === 'states') && each.line <= line && line <= each.endLine);
}

function behind(line: string, depth: number, inTriple: boolean): { depth: number; inTriple: boolean } {
  for (let i = 0; i < line.length; ++i) {
    if (line.startsWith('"""', i)) {
      inTriple = !inTriple;
      i += 2;
    } else if (inTriple) {
      if (line[i] === '\\') ++i;
    } else if (line[i] === '"') {
      i = endOfText(line, i);
    } else if (line[i] === '#') {
      break;
    } else if (line[i] === '{') {
      ++depth;
    } else if (line[i] === '}') {
      depth = Math.max(0, depth - 1);
    }
  }
  return { depth, inTriple };
}

// Of a text that begins at `from`: the quote that ends it. Inside {{ }} and {% %} a quote does not.
function endOfText(line: string, from: number): number {
  for (let i = from + 1; i < line.length; ++i) {
    if (line[i] === '\\') ++i;
    else if (line[i] === '"') return i;
    else if (line.startsWith('{{', i) || line.startsWith('{%', i)) {
      const end = line.indexOf(line[i + 1] === '{' ? '}}' : '%}', i + 2);
      if (end >= 0) i = end + 1;
    }
  }
  return line.length;
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\n])/g, (_, c: string) => (c === 'n' ? '\n' : c));
}
