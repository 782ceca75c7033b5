// The journey, or the states, under the cursor as a picture beside the text: drawn by `wend graph`, never written back. It follows the
// cursor, and is drawn anew when a file of the project is saved.
import { randomBytes } from 'crypto';
import * as vscode from 'vscode';
import { graphPage, placeOf } from './graph_page';
import { declarations, drawnAt } from './source_text';
import { Wend, projectOf } from './wend';

interface Drawn { root: string; kind: string; name: string }

export class GraphView {
  private panel: vscode.WebviewPanel | undefined;
  private drawn: Drawn | undefined;
  private turn = 0;   // an answer that is overtaken is thrown away
  private readonly listeners: vscode.Disposable[] = [];

  constructor(private readonly wend: Wend) {
    this.listeners.push(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => { if (this.panel) this.follow(textEditor); }),
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (this.panel && this.drawn && projectOf(document.uri.fsPath) === this.drawn.root) void this.draw(this.drawn);
      }));
  }

  dispose(): void {
    for (const each of this.listeners) each.dispose();
    this.panel?.dispose();
  }

  // `name`: what a lens above a journey asks for; else what the cursor is in.
  show(kind?: string, name?: string): void {
    const editor = vscode.window.activeTextEditor;
    if (!editor || editor.document.languageId !== 'wend') {
      void vscode.window.showInformationMessage('Open a `.wend` file and put the cursor into a journey.');
      return;
    }
    if (!this.panel) {
      this.panel = vscode.window.createWebviewPanel('wend.graph', 'Journey', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        { enableScripts: true, localResourceRoots: [] });
      this.panel.onDidDispose(() => { this.panel = undefined; this.drawn = undefined; });
      this.panel.webview.onDidReceiveMessage((message: unknown) => void this.goTo(message));
    }
    this.panel.reveal(undefined, true);
    const root = projectOf(editor.document.uri.fsPath);
    if (kind !== undefined && name !== undefined && root !== undefined) void this.draw({ root, kind, name });
    else if (!this.follow(editor)) this.write('', 'Graph', 'Put the cursor into a journey or a states block.');
  }

  private follow(editor: vscode.TextEditor): boolean {
    if (editor.document.languageId !== 'wend') return false;
    const root = projectOf(editor.document.uri.fsPath);
    const around = drawnAt(editor.document.getText(), editor.selection.active.line);
    if (root === undefined || !around || around.name === '') return false;
    const drawn = { root, kind: around.kind, name: around.name };
    if (this.drawn?.root !== root || this.drawn.kind !== drawn.kind || this.drawn.name !== drawn.name) void this.draw(drawn);
    return true;
  }

  private async draw(drawn: Drawn): Promise<void> {
    this.drawn = drawn;
    const turn = ++this.turn;
    const { code, out, err } = await this.wend.run(['graph', '.', '--format', 'svg', `--${drawn.kind}`, drawn.name], { cwd: drawn.root });
    if (turn !== this.turn) return;
    const title = `${drawn.kind} ${drawn.name}`;
    if (code === 0 && out.includes('<svg')) this.write(out, title, '');
    else this.write('', title, err.trim() || out.trim() || 'this `wend` cannot draw it');
  }

  private write(svg: string, title: string, note: string): void {
    if (!this.panel) return;
    this.panel.title = title;
    this.panel.webview.html = graphPage({ svg, title, note, nonce: randomBytes(18).toString('base64') });
  }

  // To where it is written, on what was clicked. A picture points into its project and nowhere else.
  private async goTo(message: unknown): Promise<void> {
    const { file, line } = (message ?? {}) as { file?: unknown; line?: unknown };
    const target = this.drawn && placeOf(this.drawn.root, file, line);
    if (!target) return;
    const at = new vscode.Position(target.line - 1, 0);
    await vscode.window.showTextDocument(vscode.Uri.file(target.file), { viewColumn: vscode.ViewColumn.One, selection: new vscode.Range(at, at) });
  }
}

// A lens above each journey and states block that shows it.
export class GraphLenses implements vscode.CodeLensProvider {
  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (projectOf(document.uri.fsPath) === undefined) return [];
    return declarations(document.getText()).filter((each) => (each.kind === 'journey' || each.kind === 'states') && each.name !== '').map((each) =>
      new vscode.CodeLens(new vscode.Range(each.line, 0, each.line, 0), { title: 'show as a picture', command: 'wend.showGraph', arguments: [each.kind, each.name] }));
  }
}
