// Tasks `wend: check` and `wend: test`, one of each for every project of the workspace.
import { ChildProcess, spawn } from 'child_process';
import * as path from 'path';
import * as vscode from 'vscode';
import { fromWorkspace } from './short_lines';
import { Wend, projects } from './wend';

interface Definition extends vscode.TaskDefinition {
  command: 'check' | 'test';
  project?: string;   // from the workspace folder; none: its root
}

const kWords = { check: ['check', '--format', 'short'], test: ['test'] };

export class Tasks implements vscode.TaskProvider {
  constructor(private readonly wend: Wend) {}

  async provideTasks(): Promise<vscode.Task[]> {
    const tasks: vscode.Task[] = [];
    for (const folder of await projects()) {
      const workspace = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder));
      if (!workspace) continue;
      const project = path.relative(workspace.uri.fsPath, folder);
      for (const command of ['check', 'test'] as const) tasks.push(this.task({ type: 'wend', command, ...(project ? { project } : {}) }, workspace));
    }
    return tasks;
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const definition = task.definition as Definition;
    const workspace = typeof task.scope === 'object' ? task.scope : vscode.workspace.workspaceFolders?.[0];
    return workspace && definition.command in kWords ? this.task(definition, workspace) : undefined;
  }

  private task(definition: Definition, workspace: vscode.WorkspaceFolder): vscode.Task {
    const project = definition.project ?? '';
    const name = project ? `${definition.command} ${project}` : definition.command;
    const task = new vscode.Task(definition, workspace, name, 'wend', new vscode.CustomExecution(async () =>
      new TaskTerminal(this.wend, kWords[definition.command], path.join(workspace.uri.fsPath, project), project.split(path.sep).join('/'))), '$wend');
    task.group = definition.command === 'check' ? vscode.TaskGroup.Build : vscode.TaskGroup.Test;
    return task;
  }
}

// Shows what `wend` says, with files named from the workspace, so that the problem matcher and the terminal's links find them.
class TaskTerminal implements vscode.Pseudoterminal {
  private readonly written = new vscode.EventEmitter<string>();
  private readonly ended = new vscode.EventEmitter<number>();
  readonly onDidWrite = this.written.event;
  readonly onDidClose = this.ended.event;
  private child: ChildProcess | undefined;

  constructor(private readonly wend: Wend, private readonly words: string[], private readonly folder: string, private readonly shown: string) {}

  open(): void {
    const binary = this.wend.binary();
    if (!binary) {
      this.written.fire('wend was not found: set `wend.path`\r\n');
      return this.ended.fire(5);
    }
    this.written.fire(`> wend ${this.words.join(' ')}\r\n`);
    this.child = spawn(binary, this.words, { cwd: this.folder });
    let rest = '';
    const take = (data: Buffer | string) => {
      const lines = (rest + data.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.written.fire(fromWorkspace(line, this.shown) + '\r\n');
    };
    this.child.stdout?.on('data', take);
    this.child.stderr?.on('data', take);
    this.child.on('error', (problem) => take(problem.message + '\n'));
    this.child.on('close', (code) => {
      if (rest !== '') take('\n');
      this.ended.fire(code ?? 1);
    });
  }

  close(): void { this.child?.kill(); }
}
