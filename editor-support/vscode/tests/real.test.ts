// The parts of the extension with the real `wend`: what its language server, its tests and its pictures say is what the extension reads.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { StreamMessageReader, StreamMessageWriter, createMessageConnection } from 'vscode-jsonrpc/node';
import { cleanSvg } from '../src/graph_page';
import { placeIn, readJunit } from '../src/junit';
import { testsIn } from '../src/source_text';

const wend = process.env.WEND ?? '';
const knows = (words: string[], what: RegExp) => wend !== '' && what.test(spawnSync(wend, words, { encoding: 'utf8' }).stdout);
const only = (there: boolean) => ({ skip: there ? false : 'this wend does not have it', timeout: 240_000 });

let folder = '', project = '';
before(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'wend-real-')));
  project = join(folder, 'shop');
  if (wend !== '') execFileSync(wend, ['new', project], { stdio: 'ignore' });
});
after(() => rmSync(folder, { recursive: true }));

test('the results of tests are read, with the place of what did not hold', only(knows(['test', '--help'], /junit/)), () => {
  const file = join(project, 'tests.wend'), text = readFileSync(file, 'utf8');
  try {
    writeFileSync(file, text.replace('expect not sent thanks', 'expect sent thanks'));
    const said = spawnSync(wend, ['test', '--format', 'junit'], { cwd: project, encoding: 'utf8' });
    const cases = readJunit(said.stdout);
    assert.equal(said.status, 1);
    assert.deepEqual(cases.map((each) => each.outcome), ['failed', 'passed', 'passed']);
    assert.equal(cases[0].file, 'tests.wend');
    const place = placeIn(cases[0].details)!;
    assert.match(text.split('\n')[place.line - 1], /expect not sent thanks/);
    const alone = readJunit(spawnSync(wend, ['test', '--format', 'junit', cases[1].name], { cwd: project, encoding: 'utf8' }).stdout);
    assert.deepEqual(alone.map((each) => [each.name, each.outcome]), [[cases[1].name, 'passed']]);
  } finally {
    writeFileSync(file, text);
  }
});

test('a journey is drawn for the page, and its words lead to their lines', only(knows(['--help'], /^\s+graph\b/m)), () => {
  const drawn = execFileSync(wend, ['graph', '.', '--format', 'svg', '--journey', 'come_back'], { cwd: project, encoding: 'utf8' });
  const svg = cleanSvg(drawn, 'N');
  assert.equal((svg.match(/<text/g) ?? []).length, (drawn.match(/<text/g) ?? []).length, 'no words are lost');
  assert.doesNotMatch(svg, /prefers-color-scheme/);
  assert.match(svg, /\.vscode-dark /);
  const text = readFileSync(join(project, 'journeys.wend'), 'utf8');
  const [, line] = /<text[^>]* data-file="journeys\.wend" data-line="(\d+)"[^>]*>ask</.exec(svg)!;
  assert.match(text.split('\n')[Number(line) - 1], /step ask/);
  const none = spawnSync(wend, ['graph', '.', '--format', 'svg', '--journey', 'no_such'], { cwd: project, encoding: 'utf8' });
  assert.notEqual(none.status, 0);
});

test('the language server starts as the extension starts it, tells a mistake, and ends when it is told to', only(knows(['--help'], /^\s+lsp\b/m)), async () => {
  const server = spawn(wend, ['lsp'], { cwd: project });
  const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  const open = (name: string, more = '') => {
    const uri = pathToFileURL(join(project, name)).href;
    void connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'wend', version: 1, text: readFileSync(join(project, name), 'utf8') + more } });
    return uri;
  };
  try {
    const told = new Promise<{ code: string }>((resolve) =>
      connection.onNotification('textDocument/publishDiagnostics', (each) => { if (each.uri.endsWith('journeys.wend') && each.diagnostics.length > 0) resolve(each.diagnostics[0]); }));
    connection.onRequest('client/registerCapability', () => null);
    connection.onRequest('workspace/configuration', () => [null]);
    connection.listen();
    const answer = await connection.sendRequest<{ capabilities: Record<string, unknown> }>('initialize', {
      processId: process.pid, rootUri: pathToFileURL(project).href, capabilities: { textDocument: { publishDiagnostics: { versionSupport: true } } },
      initializationOptions: { runTests: true },
    });
    for (const ability of ['hoverProvider', 'completionProvider', 'renameProvider', 'documentFormattingProvider', 'semanticTokensProvider', 'codeLensProvider'])
      assert.ok(answer.capabilities[ability], ability);
    await connection.sendNotification('initialized', {});
    open('journeys.wend', 'measure x = count of order\n');
    assert.equal((await told).code, 'E0125');

    // The lens above a test asks for what the extension's command takes.
    const tests = open('tests.wend');
    const lenses = await connection.sendRequest<{ command?: { command: string; arguments?: { project: string; test: string }[] } }[]>('textDocument/codeLens', { textDocument: { uri: tests } });
    const run = lenses.find((each) => each.command?.command === 'wend.runTest')!.command!.arguments![0];
    assert.equal(fileURLToPath(run.project).replace(/\/$/, ''), project);
    assert.ok(testsIn(readFileSync(join(project, 'tests.wend'), 'utf8')).some((each) => each.name === run.test), run.test);

    const ended = new Promise<number | null>((resolve) => server.on('exit', resolve));
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    assert.equal(await ended, 0);
  } finally {
    connection.dispose();
    server.kill();
  }
});
