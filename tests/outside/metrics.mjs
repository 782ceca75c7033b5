// Prometheus' own checker reads /metrics: before anything has happened, and after much has.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { post, until, withServer } from './server.mjs';

const fetched = `${process.env.WEND_OUTSIDE}/promtool`;
const PROMTOOL = process.env.PROMTOOL ?? (existsSync(fetched) ? fetched : 'promtool');
if (spawnSync(PROMTOOL, ['--version']).error) {
  console.log('skipped: there is no `promtool` here, and it could not be had from the Debian package `prometheus`');
  process.exit(77);
}

await withServer({}, async (server) => {
  const checked = async (when) => {
    const answer = await fetch(`${server.operations}/metrics`);
    assert.match(answer.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
    const told = spawnSync(PROMTOOL, ['check', 'metrics'], { input: await answer.text(), encoding: 'utf8' });
    assert.equal(told.status, 0, `${when}: ${told.stderr}${told.stdout}`);
    assert.equal(told.stderr + told.stdout, '', when);
  };
  await checked('at the start');
  const strange = 'a "name"\nwith \\ all';
  await post(server, '/v1/batch', { batch: [
    { type: 'identify', userId: 'u1', traits: { partner_id: 'p', partner_on: true } },
    { type: 'track', userId: 'u1', event: 'Order Completed', properties: { order_id: 'o1', total: 1 } },
    { type: 'track', userId: 'u1', event: 'Order Completed', properties: { order_id: 'o1', total: strange } },
    { type: strange, userId: 'u1' }] });
  await until('messages have been sent', async () => await server.metric('wend_sends_total') > 0);
  assert.ok(await server.metric('wend_rejected_total') >= 2);
  await checked('with names and reasons of all kinds');
});
process.exit(0);
