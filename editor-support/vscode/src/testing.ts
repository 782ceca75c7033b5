// The Testing view: a node a project, a file and a test. Tests are found in the text as it stands; `wend test --format junit` runs them.
import * as path from 'path';
import * as vscode from 'vscode';
import { TestCase, placeIn, readJunit } from './junit';
import { testsIn } from './source_text';
import { Wend, projectOf } from './wend';

export class Testing {
  private readonly controller = vscode.tests.createTestController('wend', 'Wend');
  private readonly watcher = vscode.workspace.createFileSystemWatcher('**/*.wend');
  private readonly listeners: vscode.Disposable[] = [];

  constructor(private readonly wend: Wend) {
    this.controller.resolveHandler = (item) => (item ? Promise.resolve() : this.findAll());
    this.controller.refreshHandler = () => this.findAll();
    this.controller.createRunProfile('Run', vscode.TestRunProfileKind.Run, (request, token) => this.run(request, token), true);
    this.listeners.push(
      this.watcher.onDidCreate((uri) => this.read(uri)), this.watcher.onDidChange((uri) => this.read(uri)), this.watcher.onDidDelete((uri) => this.forget(uri)),
      vscode.workspace.onDidOpenTextDocument((document) => this.look(document)),
      vscode.workspace.onDidChangeTextDocument((change) => this.look(change.document)));
  }

  dispose(): void {
    for (const each of [...this.listeners, this.watcher, this.controller]) each.dispose();
  }

  // Runs one test of a project; what a lens above it asks for.
  async runNamed(project: vscode.Uri, name: string): Promise<void> {
    const root = path.normalize(project.fsPath).replace(/[\\/]$/, '');
    if (!this.controller.items.get(root)) await this.findAll();
    const wanted = all(this.controller.items.get(root)?.children).flatMap(leaves).filter((each) => each.label === name);
    if (wanted.length > 0) await this.run(new vscode.TestRunRequest(wanted), new vscode.CancellationTokenSource().token);
    else void vscode.window.showWarningMessage(`Wend: there is no test "${name}" in ${root} any more.`);
  }

  private async findAll(): Promise<void> {
    this.controller.items.replace([]);
    for (const uri of await vscode.workspace.findFiles('**/*.wend', '**/{node_modules,build}/**', 5000)) await this.read(uri);
  }

  private async read(uri: vscode.Uri): Promise<void> {
    const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    try {
      this.show(uri, open ? open.getText() : new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
    } catch {
      this.forget(uri);
    }
  }

  private look(document: vscode.TextDocument): void {
    if (document.languageId === 'wend' && document.uri.scheme === 'file') this.show(document.uri, document.getText());
  }

  private show(uri: vscode.Uri, text: string): void {
    const root = projectOf(uri.fsPath);
    const tests = testsIn(text);
    if (!root || tests.length === 0) return this.forget(uri);
    let project = this.controller.items.get(root);
    if (!project) {
      project = this.controller.createTestItem(root, path.basename(root), vscode.Uri.file(path.join(root, 'project.wend')));
      this.controller.items.add(project);
    }
    let file = project.children.get(uri.toString());
    if (!file) {
      file = this.controller.createTestItem(uri.toString(), path.relative(root, uri.fsPath), uri);
      project.children.add(file);
    }
    file.children.replace(tests.map((each) => {
      const item = this.controller.createTestItem(`${uri.toString()}#${each.name}`, each.name, uri);
      item.range = new vscode.Range(each.line, 0, each.endLine, 0);
      return item;
    }));
  }

  private forget(uri: vscode.Uri): void {
    this.controller.items.forEach((project) => {
      project.children.delete(uri.toString());
      if (project.children.size === 0) this.controller.items.delete(project.id);
    });
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    await vscode.workspace.saveAll(false);
    const run = this.controller.createTestRun(request);
    const excluded = new Set((request.exclude ?? []).flatMap(leaves).map((each) => each.id));
    const wanted = (request.include ?? all(this.controller.items)).flatMap(leaves).filter((each) => !excluded.has(each.id));
    const byProject = new Map<string, vscode.TestItem[]>();
    for (const test of wanted) {
      const root = test.parent?.parent?.id;
      if (root === undefined) continue;
      byProject.set(root, [...(byProject.get(root) ?? []), test]);
    }
    for (const [root, tests] of byProject) if (!token.isCancellationRequested) await this.runProject(run, root, tests, token);
    run.end();
  }

  private async runProject(run: vscode.TestRun, root: string, tests: vscode.TestItem[], token: vscode.CancellationToken): Promise<void> {
    for (const test of tests) run.started(test);
    // One test: its name narrows what is run. Several: all of the project, which is quicker than one process each.
    const filter = tests.length === 1 ? [tests[0].label] : [];
    const { code, out, err } = await this.wend.run(['test', '--format', 'junit', ...filter], { cwd: root, token });
    const cases = readJunit(out);
    if (err !== '') run.appendOutput(err.replace(/\r?\n/g, '\r\n'));
    for (const test of tests) {
      const found = cases.find((each) => each.name === test.label && (each.file === '' || path.join(root, each.file) === test.uri?.fsPath));
      if (found) report(run, root, test, found);
      else if (token.isCancellationRequested) run.skipped(test);
      else run.errored(test, new vscode.TestMessage(err.trim() || `wend test ended with ${code} and did not tell of this test`));
    }
  }
}

function report(run: vscode.TestRun, root: string, test: vscode.TestItem, found: TestCase): void {
  const duration = found.seconds * 1000;
  if (found.outcome === 'passed') return run.passed(test, duration);
  if (found.outcome === 'skipped') return run.skipped(test);
  const message = new vscode.TestMessage([found.message, found.details.trim()].filter((each) => each !== '').join('\n\n'));
  const place = placeIn(found.details);
  if (place) message.location = new vscode.Location(vscode.Uri.file(path.join(root, place.file)), new vscode.Position(Math.max(0, place.line - 1), 0));
  run.appendOutput(`${message.message as string}\n`.replace(/\r?\n/g, '\r\n'), message.location, test);
  if (found.outcome === 'failed') run.failed(test, message, duration);
  else run.errored(test, message, duration);
}

function all(items: vscode.TestItemCollection | undefined): vscode.TestItem[] {
  const found: vscode.TestItem[] = [];
  items?.forEach((each) => found.push(each));
  return found;
}

function leaves(item: vscode.TestItem): vscode.TestItem[] {
  return item.children.size === 0 ? [item] : all(item.children).flatMap(leaves);
}
