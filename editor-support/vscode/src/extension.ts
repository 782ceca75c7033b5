// What the editor calls first: puts the parts together. It sends nothing anywhere; all work is done by the `wend` on this machine.
import * as vscode from 'vscode';
import { Client } from './client';
import { GraphLenses, GraphView } from './graph_view';
import { Tasks } from './tasks';
import { Testing } from './testing';
import { Wend } from './wend';

let client: Client | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Wend');
  const wend = new Wend(context.extensionPath, log);
  const graph = new GraphView(wend), testing = new Testing(wend);
  client = new Client(wend);
  context.subscriptions.push(log, graph, testing, client,
    vscode.tasks.registerTaskProvider('wend', new Tasks(wend)),
    vscode.commands.registerCommand('wend.restartServer', () => client?.restart()),
    vscode.commands.registerCommand('wend.showLog', () => log.show()),
    vscode.languages.registerCodeLensProvider({ language: 'wend', scheme: 'file' }, new GraphLenses()),
    vscode.commands.registerCommand('wend.showGraph', (kind?: unknown, name?: unknown) =>
      (typeof kind === 'string' && typeof name === 'string' ? graph.show(kind, name) : graph.show())),
    // A lens of the language server says which test; from the palette it is the one at the cursor.
    vscode.commands.registerCommand('wend.runTest', (asked?: { project?: unknown; test?: unknown }) => {
      if (typeof asked?.project === 'string' && typeof asked.test === 'string') return testing.runNamed(vscode.Uri.parse(asked.project), asked.test);
      return vscode.commands.executeCommand('testing.runAtCursor');
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (['wend.path', 'wend.server', 'wend.lsp.log'].some((each) => change.affectsConfiguration(each))) void client?.restart();
    }));
  await client.start();
}

export function deactivate(): Promise<void> | undefined {
  return client?.stop();
}
