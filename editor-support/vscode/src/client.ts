// The client of `wend lsp`.
import * as vscode from 'vscode';
import { LanguageClient, LanguageClientOptions, ServerOptions, State } from 'vscode-languageclient/node';
import { Wend } from './wend';

export class Client {
  private client: LanguageClient | undefined;
  private readonly status: vscode.LanguageStatusItem;

  constructor(private readonly wend: Wend) {
    this.status = vscode.languages.createLanguageStatusItem('wend.server', { language: 'wend' });
    this.status.name = 'Wend';
    this.status.command = { title: 'Restart', command: 'wend.restartServer' };
    this.say('is not running', vscode.LanguageStatusSeverity.Warning);
  }

  async start(): Promise<void> {
    const binary = this.wend.binary();
    if (!binary) return this.say('`wend` was not found', vscode.LanguageStatusSeverity.Error);
    if (!(await this.wend.has('lsp'))) {
      this.wend.log.appendLine(`${binary} has no language server: it is older than this extension, or is not wend`);
      return this.say('this `wend` has no language server', vscode.LanguageStatusSeverity.Warning);
    }
    const settings = vscode.workspace.getConfiguration('wend');
    const words = ['lsp'];
    const log = settings.get<string>('lsp.log', '');
    if (log !== '') words.push('--log', log);
    const server: ServerOptions = { command: binary, args: words };
    const options: LanguageClientOptions = {
      documentSelector: ['wend', 'wend-liquid', 'liquid'].flatMap((language) => [{ scheme: 'file', language }]),
      initializationOptions: { server: settings.get<string>('server', '') || undefined, runTests: true },   // there is a `wend.runTest`
      outputChannel: this.wend.log,
      synchronize: { configurationSection: 'wend', fileEvents: vscode.workspace.createFileSystemWatcher('**/*.{wend,liquid}') },
    };
    this.client = new LanguageClient('wend', 'Wend', server, options);
    this.client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.say('is running', vscode.LanguageStatusSeverity.Information);
      if (newState === State.Stopped) this.say('has stopped', vscode.LanguageStatusSeverity.Warning);
    });
    try {
      await this.client.start();
    } catch (problem) {
      this.wend.log.appendLine(String(problem));
      this.say('could not be started', vscode.LanguageStatusSeverity.Error);
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client) await client.dispose().catch((problem) => this.wend.log.appendLine(String(problem)));
  }

  async restart(): Promise<void> {
    this.wend.forget();
    await this.stop();
    await this.start();
  }

  dispose(): void {
    this.status.dispose();
    void this.stop();
  }

  private say(text: string, severity: vscode.LanguageStatusSeverity): void {
    this.status.text = `Language server ${text}`;
    this.status.severity = severity;
  }
}
