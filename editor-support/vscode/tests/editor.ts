// What the tests have in the place of VS Code: as much as the parts under test touch, and no more.
export class EventEmitter<T> {
  private readonly listeners: ((value: T) => void)[] = [];
  readonly event = (listener: (value: T) => void) => { this.listeners.push(listener); return { dispose() {} }; };
  fire(value: T): void { for (const each of this.listeners) each(value); }
}
export class Position { constructor(readonly line: number, readonly character: number) {} }
export class Range {
  readonly start: Position; readonly end: Position;
  constructor(a: number, b: number, c: number, d: number) { this.start = new Position(a, b); this.end = new Position(c, d); }
}
export class Location { constructor(readonly uri: Uri, readonly range: Position) {} }
export class Uri {
  constructor(readonly fsPath: string) {}
  static file(path: string): Uri { return new Uri(path); }
  static parse(text: string): Uri { return new Uri(text.replace(/^file:\/\//, '')); }
  toString(): string { return `file://${this.fsPath}`; }
}
export class TestMessage { location?: Location; constructor(readonly message: string) {} }
export class TestRunRequest { constructor(readonly include?: unknown[], readonly exclude?: unknown[]) {} }
export class CancellationTokenSource { readonly token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) }; }
export class Task { group?: unknown; constructor(readonly definition: unknown, readonly scope: unknown, readonly name: string, readonly source: string, readonly execution: CustomExecution, readonly problemMatchers: string) {} }
export class CustomExecution { constructor(readonly callback: () => Promise<unknown>) {} }
export const TaskGroup = { Build: 'build', Test: 'test' };
export const TestRunProfileKind = { Run: 1 };
export const ConfigurationTarget = { Global: 1 };

class Items {
  private readonly map = new Map<string, Item>();
  constructor(private readonly parent?: Item) {}
  get size(): number { return this.map.size; }
  add(item: Item): void { item.parent = this.parent; this.map.set(item.id, item); }
  get(id: string): Item | undefined { return this.map.get(id); }
  delete(id: string): void { this.map.delete(id); }
  replace(items: Item[]): void { this.map.clear(); items.forEach((each) => this.add(each)); }
  forEach(take: (item: Item) => void): void { [...this.map.values()].forEach(take); }
}
export class Item {
  readonly children = new Items(this);
  parent?: Item;
  range?: Range;
  constructor(readonly id: string, readonly label: string, readonly uri?: Uri) {}
}

// What a test says the editor holds, and what the extension did with it.
export const state = {
  settings: new Map<string, unknown>(),
  folders: [] as { uri: Uri; name: string }[],
  files: new Map<string, string>(),
  warnings: [] as string[],
  runs: [] as { outcomes: Map<string, string>; messages: TestMessage[]; output: string }[],
  controller: undefined as undefined | { items: Items; run(request: TestRunRequest, token: unknown): Promise<void>; refresh(): Promise<void> },
};

const nothing = { dispose() {} };
const never = () => nothing;

export const workspace = {
  textDocuments: [] as unknown[],
  get workspaceFolders() { return state.folders; },
  getConfiguration: () => ({ get: (name: string, otherwise: unknown) => state.settings.get(name) ?? otherwise, update: async () => {} }),
  getWorkspaceFolder: (uri: Uri) => state.folders.find((each) => uri.fsPath.startsWith(each.uri.fsPath)),
  createFileSystemWatcher: () => ({ onDidCreate: never, onDidChange: never, onDidDelete: never, dispose() {} }),
  onDidOpenTextDocument: never, onDidChangeTextDocument: never,
  findFiles: async (glob: string) => [...state.files.keys()].filter((each) => (glob.includes('project.wend') ? each.endsWith('/project.wend') : each.endsWith('.wend'))).map(Uri.file),
  fs: { readFile: async (uri: Uri) => new TextEncoder().encode(state.files.get(uri.fsPath)) },
  saveAll: async () => true,
};

export const window = {
  showWarningMessage: async (text: string) => { state.warnings.push(text); return undefined; },
  showOpenDialog: async () => undefined,
};
export const commands = { executeCommand: async () => {} };

export const tests = {
  createTestController() {
    const controller = {
      items: new Items(),
      resolveHandler: undefined as unknown, refreshHandler: undefined as undefined | (() => Promise<void>),
      createTestItem: (id: string, label: string, uri?: Uri) => new Item(id, label, uri),
      createRunProfile: (_: string, __: number, run: (request: TestRunRequest, token: unknown) => Promise<void>) => {
        state.controller = { items: controller.items, run, refresh: () => controller.refreshHandler!() };
      },
      createTestRun() {
        const run = { outcomes: new Map<string, string>(), messages: [] as TestMessage[], output: '' };
        state.runs.push(run);
        const end = (what: string) => (item: Item, message?: TestMessage) => {
          run.outcomes.set(item.label, what);
          if (message instanceof TestMessage) run.messages.push(message);
        };
        return { started() {}, passed: end('passed'), failed: end('failed'), errored: end('errored'), skipped: end('skipped'), appendOutput: (text: string) => { run.output += text; }, end() {} };
      },
      dispose() {},
    };
    return controller;
  },
};
