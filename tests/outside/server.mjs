// A running `wend serve` of our own for one test: free ports, a store that is gone afterwards, and what it has become read back.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = join(dirname(fileURLToPath(import.meta.url)), 'project');
const WEND = process.env.WEND ?? 'wend';
const PATIENCE_MS = 60_000;

// A package of package.json, as npm put it into the build folder.
export const outside = createRequire(join(process.env.WEND_OUTSIDE ?? '.', 'package.json'));

// Asks again and again until what comes back is true; what it was then.
export async function until(what, ask) {
  const deadline = Date.now() + PATIENCE_MS;
  let last;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`, { cause: last });
}

const lines = (path) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []);

// `channels`: TOML of the tables of channels; those that are not named append to files in `folder`. `lowDisk`: with less free nothing
// is taken; another one counts from the next start on.
export class Server {
  static KEY = 'the write key of a test';

  static async start({ channels = {}, lowDisk = '64 MB' } = {}) {
    const server = new Server();
    server.folder = mkdtempSync(join(tmpdir(), 'wend-outside-'));
    server.project = PROJECT;
    const secret = (name, text) => writeFileSync(join(server.folder, name), text, { mode: 0o600 });
    secret('write_key', Server.KEY);
    const tables = { email: '', partner: '', ...channels };
    let tail = '[ingest]\nport = 0\nretry_after = "1 s"\nwrite_keys = ["file:write_key"]\n[admin]\nport = 0\n';
    for (const [name, table] of Object.entries(tables)) {
      for (const [file, text] of Object.entries(table.secrets ?? {})) secret(file, text);
      tail += `[channels.${name}]\n${table.toml ?? `connector = "file"\npath = "${name}.jsonl"\n`}`;
    }
    server.setLowDisk = (size) => writeFileSync(join(server.folder, 'wend.toml'), `[store]\nfolder = "store"\nlow_disk = "${size}"\n${tail}`);
    server.setLowDisk(lowDisk);
    await server.up();
    return server;
  }

  async up() {
    this.log = '';
    this.process = spawn(WEND, ['serve', this.project, '--config', join(this.folder, 'wend.toml'), '--decisions', join(this.folder, 'decisions.jsonl')]);
    this.ended = new Promise((done) => this.process.on('exit', (code, signal) => done(signal ?? code)));
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', (text) => { this.log += text; });
    const [, events, operations] = await until('`wend serve` says where it listens', () => {
      if (this.process.exitCode !== null) throw new Error(`it ended: ${this.log}`);
      return this.log.match(/events on (\S+), operations on (\S+)/);
    });
    this.events = events;
    this.operations = operations;
  }

  // Told to end, it must end well.
  async down(signal = 'SIGTERM') {
    this.process.kill(signal);
    const end = await this.ended;
    if (signal === 'SIGTERM') assert.equal(end, 0, this.log);
  }

  async get(path) {
    const answer = await fetch(this.operations + path);
    assert.equal(answer.status, 200, `${path}: ${answer.status}`);
    return answer.text();
  }

  // A sum of /metrics: `metric('wend_events_total', 'result="applied"')`.
  async metric(name, label = '') {
    let sum = 0;
    for (const line of (await this.get('/metrics')).split('\n')) {
      if (line.startsWith(name) && '{ '.includes(line[name.length]) && line.includes(label)) sum += Number(line.slice(line.lastIndexOf(' ')));
    }
    return sum;
  }

  // What is known of a user: {identity, attribute, record, decision, …}, a list each.
  async known(user) {
    const out = { identity: [], attribute: [], record: [], decision: [], send: [], place: [] };
    for (const line of (await this.get(`/v1/users/${encodeURIComponent(user)}/export`)).split('\n').filter(Boolean)) {
      const row = JSON.parse(line);
      out[row.kind].push(row);
    }
    return out;
  }

  async attributes(user) { return Object.fromEntries((await this.known(user)).attribute.map((row) => [row.name, row.value])); }

  decisionLines() { return lines(join(this.folder, 'decisions.jsonl')); }
  decisions(kind) { return this.decisionLines().map((line) => JSON.parse(line)).filter((row) => row.kind === kind); }
  // What a channel that is a file has delivered.
  delivered(channel) { return lines(join(this.folder, `${channel}.jsonl`)).map((line) => JSON.parse(line)); }

  // The decisions of `wend run` over these records, as lines.
  run(records, end) {
    const path = join(this.folder, 'records.ndjson');
    rmSync(path, { force: true });
    for (const record of records) appendFileSync(path, JSON.stringify(record) + '\n');
    const ran = spawnSync(WEND, ['run', this.project, '--events', path, '--until', end, '--quiet'], { encoding: 'utf8' });
    assert.equal(ran.status, 0, ran.stderr);
    return ran.stdout.split('\n').slice(0, -1);
  }
}

// Runs the body with a server; its log is shown if something does not hold. With KEEP in the environment its folder stays.
export async function withServer(options, body) {
  const server = await Server.start(options);
  try {
    await body(server);
    await server.down();
  } catch (error) {
    process.stderr.write(`${server.log}${await server.tell?.().catch(String) ?? ''}\n`);
    server.process.kill('SIGKILL');
    throw error;
  } finally {
    await server.ended;
    if (!process.env.KEEP) rmSync(server.folder, { recursive: true, force: true });
  }
}

// What is posted without a client; it must be taken.
export async function post(server, path, body, headers = {}) {
  const answer = await fetch(server.events + path, {
    method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Basic ${Buffer.from(`${Server.KEY}:`).toString('base64')}`, ...headers } });
  assert.equal(answer.status, 200, await answer.text());
}
