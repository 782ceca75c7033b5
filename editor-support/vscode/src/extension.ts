// What the editor calls first: puts the parts together. It sends nothing anywhere; all work is done by the `wend` on this machine.
import * as vscode from 'vscode';
import { Client } from './client';
import { GraphView } from './graph_view';
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
    vscode.commands.registerCommand('wend.showGraph', (name?: unknown) => graph.show(typeof name === 'string' ? name : undefined)),
    vscode.commands.registerCommand('wend.runTest', (uri?: unknown, line?: unknown) => {
      if (typeof uri === 'string' && typeof line === 'number') return testing.runAt(vscode.Uri.parse(uri), line);
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
