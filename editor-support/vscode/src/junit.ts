// Reads what `wend test --format junit` writes: a case a test, with the reason where it failed. Only what is in such a file is
// understood, and everything else is passed over: no entities but XML's own, no document type.
export interface TestCase {
  name: string;
  file: string;
  line: number;          // 1-based; 0: not said
  seconds: number;
  outcome: 'passed' | 'failed' | 'error' | 'skipped';
  message: string;       // of a failure, one line
  details: string;       // of a failure, with the timeline
}

const kTag = /<(\/?)([A-Za-z]+)((?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|<!\[CDATA\[([\s\S]*?)\]\]>|<[!?][^>]*>/g;

export function readJunit(text: string): TestCase[] {
  const cases: TestCase[] = [];
  let open: TestCase | undefined;   // the case we are in
  let reason = false;               // and in its failure
  let last = 0;
  for (const tag of text.matchAll(kTag)) {
    if (open && reason) open.details += entities(text.slice(last, tag.index)) + (tag[5] ?? '');
    last = tag.index! + tag[0].length;
    const [, closing, name, attributes, empty] = tag;
    if (name === 'testcase') {
      if (closing) open = undefined;
      else {
        open = caseOf(attributesOf(attributes));
        cases.push(open);
        if (empty) open = undefined;
      }
    } else if (open && (name === 'failure' || name === 'error')) {
      reason = !closing && !empty;
      if (!closing) {
        open.outcome = name === 'failure' ? 'failed' : 'error';
        open.message = attributesOf(attributes).get('message') ?? '';
      }
    } else if (open && name === 'skipped' && !closing) {
      open.outcome = 'skipped';
    }
  }
  return cases;
}

function caseOf(attributes: Map<string, string>): TestCase {
  return { name: attributes.get('name') ?? '', file: attributes.get('file') ?? '', line: number(attributes.get('line')), seconds: number(attributes.get('time')),
    outcome: 'passed', message: '', details: '' };
}

function number(text: string | undefined): number {
  const value = Number(text ?? '0');
  return Number.isFinite(value) ? value : 0;
}

function attributesOf(text: string): Map<string, string> {
  return new Map([...text.matchAll(/([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map((each) => [each[1], entities(each[2] ?? each[3] ?? '')]));
}

function entities(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/g, (whole, hex: string, decimal: string, name: string) => {
    if (name) return named[name];
    const code = hex ? parseInt(hex, 16) : parseInt(decimal, 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

// The place of the expectation that did not hold, "  win_back.wend:92: expected …"; the test's own place, on the line above, is not it.
export function placeIn(details: string): { file: string; line: number } | undefined {
  const place = /^[ \t]+(\S.*?\.wend):(\d+)(?::\d+)?: expected /m.exec(details) ?? /^[ \t]*(\S.*?\.wend):(\d+)(?::\d+)?: /m.exec(details);
  return place ? { file: place[1], line: Number(place[2]) } : undefined;
}
