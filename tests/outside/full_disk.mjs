// A server without room on its disk turns Segment's client away so that it comes back; with room again, all arrives.
import assert from 'node:assert/strict';
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { TRAITS, order } from './clients.mjs';
import { breaking } from './proxy.mjs';
import { Server, outside, until, withServer } from './server.mjs';

const { Analytics } = outside('@segment/analytics-node');

const { bavail, bsize } = statfsSync(tmpdir());
if (bavail * bsize > 2 ** 40) {
  console.log('skipped: more is free here than the most that can be asked for');
  process.exit(77);
}

await withServer({ lowDisk: '1 TB' }, async (server) => {
  const between = await breaking(server.events);
  await until('it says that it is not ready', async () => (await fetch(`${server.operations}/readyz`)).status === 503);
  assert.match(await (await fetch(`${server.operations}/readyz`)).text(), /disk/);
  assert.equal((await fetch(`${server.operations}/livez`)).status, 200, 'and lives');

  const analytics = new Analytics({ writeKey: Server.KEY, host: between.url, flushInterval: 10, maxRetries: 20 });
  analytics.identify({ userId: 'u1', traits: TRAITS });
  for (const round of [1, 2]) analytics.track({ userId: 'u1', event: 'Order Completed', properties: order(round, 1) });
  await until('it was turned away, and came back', () => between.seen.filter((request) => request.status === 503).length >= 2);
  for (const request of between.seen) if (request.status) assert.equal(request.status, 503, 'never a 4xx, which throws the events away');
  assert.equal(await server.metric('wend_events_total', 'result="applied"'), 0);
  assert.equal((await fetch(`${server.events}/v1/track`, { method: 'POST', headers: { authorization: `Bearer ${Server.KEY}` }, body: '{"userId":"u1","event":"x"}' })).headers.get('retry-after'), '1');

  await server.down();
  server.setLowDisk('64 MB');
  await server.up();
  between.target(server.events);
  await analytics.closeAndFlush();
  await until('receipts', () => server.delivered('partner').filter((row) => row.message === 'receipt').length === 2);
  assert.equal(await server.metric('wend_events_total', 'result="applied"'), 3);
  assert.equal(await server.metric('wend_events_total', 'result="duplicate"'), 0);
  await between.close();
});
process.exit(0);
