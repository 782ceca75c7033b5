// Running `wend` from the editor: which program, in which project, and what to say where there is none.
import { execFile, ChildProcess } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as vscode from 'vscode';
import { findBinary } from './binary';

export class Wend {
  private told = false;

  constructor(private readonly extensionFolder: string, readonly log: vscode.OutputChannel) {}

  // The program, or nothing, in which case the user has been told once, with what to do.
  binary(): string | undefined {
    const found = findBinary({
      setting: vscode.workspace.getConfiguration('wend').get<string>('path', ''),
      extensionFolder: this.extensionFolder,
      workspaceFolder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
      searchPath: process.env.PATH ?? '',
      home: os.homedir(),
      windows: process.platform === 'win32',
      isProgram,
    });
    if ('file' in found) {
      this.told = false;
      return found.file;
    }
    this.log.appendLine(found.missing);
    if (!this.told) {
      this.told = true;
      void this.tellMissing(found.missing);
    }
    return undefined;
  }

  forget(): void { this.told = false; }

  private async tellMissing(why: string): Promise<void> {
    const choose = 'Choose the program…', settings = 'Open settings';
    const answer = await vscode.window.showWarningMessage(`Wend: ${why}. Colours and snippets work without it; errors, completion, tests and the graph need it.`, choose, settings);
    if (answer === settings) await vscode.commands.executeCommand('workbench.action.openSettings', 'wend.path');
    if (answer === choose) {
      const picked = await vscode.window.showOpenDialog({ title: 'Where is wend?', canSelectMany: false });
      if (picked) await vscode.workspace.getConfiguration('wend').update('path', picked[0].fsPath, vscode.ConfigurationTarget.Global);
    }
  }

  // The commands this `wend` has, by its own help; an older one may lack some.
  async has(command: string): Promise<boolean> {
    const binary = this.binary();
    if (!binary) return false;
    const { out } = await this.run(['--help']);
    return new RegExp(`^\\s+${command}\\b`, 'm').test(out);
  }

  // Runs it to its end. `code` is -1 where it could not be run, or was stopped.
  run(words: string[], options: { cwd?: string; token?: vscode.CancellationToken } = {}): Promise<{ code: number; out: string; err: string }> {
    const binary = this.binary();
    if (!binary) return Promise.resolve({ code: -1, out: '', err: 'wend was not found' });
    return new Promise((resolve) => {
      const child: ChildProcess = execFile(binary, words, { cwd: options.cwd, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NO_COLOR: '1' } }, (error, out, err) => {
        stopping?.dispose();
        const failed = error as (NodeJS.ErrnoException & { code?: number | string }) | null;
        const code = failed ? (typeof failed.code === 'number' ? failed.code : -1) : 0;
        resolve({ code, out, err: err || (code === -1 ? failed?.message ?? '' : '') });
      });
      const stopping = options.token?.onCancellationRequested(() => child.kill());
    });
  }
}

function isProgram(file: string): boolean {
  try {
    if (!fs.statSync(file).isFile()) return false;
    fs.accessSync(file, fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// The folder of the project a file belongs to: the nearest above it with a `project.wend`.
export function projectOf(file: string): string | undefined {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'project.wend'))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

// All projects of the workspace.
export async function projects(): Promise<string[]> {
  const marks = await vscode.workspace.findFiles('**/project.wend', '**/{node_modules,build}/**', 500);
  return marks.map((each) => path.dirname(each.fsPath)).sort();
}
