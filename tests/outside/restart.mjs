// Segment's client goes on sending while the server is killed, without a warning, and started again on other ports.
import assert from 'node:assert/strict';
import { breaking } from './proxy.mjs';
import { Server, outside, until, withServer } from './server.mjs';

const { Analytics } = outside('@segment/analytics-node');
const USERS = Array.from({ length: 10 }, (_, number) => `u${number}`);
const KILLS = 4, ORDERS_BETWEEN = 5;

await withServer({}, async (server) => {
  const between = await breaking(server.events);
  const analytics = new Analytics({ writeKey: Server.KEY, host: between.url, flushInterval: 10, flushAt: 7, maxRetries: 20 });
  analytics.on('error', (error) => console.error(error));
  for (const userId of USERS) analytics.identify({ userId, traits: { partner_id: userId, partner_on: true } });
  let said = 0;
  for (let kill = 0; kill <= KILLS; ++kill) {
    const answered = between.answered();
    for (let order = 0; order < ORDERS_BETWEEN; ++order) {
      for (const userId of USERS) analytics.track({ userId, event: 'Order Completed', properties: { order_id: `${userId}-${said}`, total: 1 } });
      ++said;
      await new Promise((done) => setTimeout(done, 20));
    }
    if (kill === KILLS) break;
    // In the middle of it all: some requests are answered, some are on their way, some messages are just being delivered.
    await until('requests are being answered', () => between.answered() > answered);
    await server.down('SIGKILL');
    await server.up();
    between.target(server.events);
    await analytics.flush();   // what failed has come again, before its waits grow long
  }
  await analytics.closeAndFlush();

  for (const user of USERS) {
    const kept = (await server.known(user)).record.map((row) => row.record).filter((record) => record.event === 'Order Completed');
    const expected = Array.from({ length: said }, (_, order) => `${user}-${order}`).sort();
    assert.deepEqual(kept.map((record) => record.properties.order_id).sort(), expected, `${user}: nothing is lost, and nothing twice`);
  }
  // Every message that was decided has arrived, or may have: one that was under way as the process died is not sent again by itself.
  const decided = async () => (await Promise.all(USERS.map((user) => server.known(user)))).flatMap((known) => known.decision.map((row) => row.decision))
    .filter((row) => row.kind === 'message' && row.outcome === 'sent').map((row) => row.id);
  const unknown = async () => JSON.parse(await server.get('/v1/messages/unknown?limit=1000')).messages.map((row) => row.id);
  await until('every message has arrived or is unknown', async () => {
    const ids = await decided(), known = new Set([...server.delivered('partner').map((row) => row.id), ...await unknown()]);
    return ids.length >= said * USERS.length && ids.every((id) => known.has(id));
  });
  const delivered = server.delivered('partner').map((row) => row.id), ids = await decided();
  assert.equal(new Set(ids).size, ids.length, 'nothing is decided twice');
  assert.equal(new Set(delivered).size, delivered.length, 'nothing arrives twice');
  assert.ok(delivered.every((id) => ids.includes(id)), 'nothing arrives that was not decided');
  await between.close();
});
process.exit(0);
