// What Segment's client sent, decided by `wend serve` as it came and by `wend run` over the records that the server kept: the
// same bytes. What is compared, and how, stands in README.md.
import assert from 'node:assert/strict';
import { outside, until, Server, withServer } from './server.mjs';

const { Analytics } = outside('@segment/analytics-node');
const USERS = ['ada', 'bo', 'zoë', '李'];

// By instant, then by the user's bytes; what is equal keeps its place.
function ordered(lines) {
  const keyed = lines.map((line) => ({ line, row: JSON.parse(line) }));
  const instant = (at) => at.slice(0, 19) + (at.slice(19, -1) || '.').padEnd(7, '0');
  return keyed.sort((a, b) => (instant(a.row.at) < instant(b.row.at) ? -1 : instant(a.row.at) > instant(b.row.at) ? 1 : Buffer.compare(Buffer.from(a.row.user), Buffer.from(b.row.user))))
    .map(({ line }) => line);
}

await withServer({}, async (server) => {
  const analytics = new Analytics({ writeKey: Server.KEY, host: server.events, flushInterval: 20, flushAt: 3 });
  for (let round = 1; round <= 4; ++round) {
    for (const userId of USERS) {
      if (round === 1) analytics.identify({ userId, traits: { email: `${USERS.indexOf(userId)}@example.com`, email_opt_in: true, partner_id: userId, partner_on: userId !== 'bo', first_name: userId } });
      if (round === 2) analytics.track({ anonymousId: `before ${userId}`, event: 'Order Completed', properties: { order_id: 'before', total: 1 } });
      if (round === 3) analytics.alias({ userId, previousId: `before ${userId}` });
      analytics.track({ userId, event: 'Order Completed', properties: { order_id: `o${round}`, total: round + 0.25, items: [{ name: '✓', price: round }] } });
      if (round === 4) analytics.page({ userId, properties: { url: '/' } });
    }
    // A round ends with the questions of its orders, so that timers and events alternate.
    await until(`round ${round} is through`, () => server.decisions('leave').filter((row) => row.journey === 'order').length >= USERS.length * (round + (round >= 2 ? 1 : 0)));
  }
  await analytics.closeAndFlush();
  await until('nothing waits to be delivered', async () => {
    const all = await Promise.all(USERS.map((user) => server.known(user)));
    return all.every((known) => known.send.length === 0);
  });

  const kept = [];
  for (const user of USERS) for (const row of (await server.known(user)).record) kept.push(row);
  const records = kept.map((row) => ({ ...row.record, timestamp: row.received }));
  await server.down();
  const end = new Date(Math.max(...kept.map((row) => Date.parse(row.received))) + 60_000).toISOString();
  const live = ordered(server.decisionLines());
  const filed = server.run(records, end);
  assert.ok(live.length > 100, `${live.length} decisions`);
  const first = live.findIndex((line, place) => line !== filed[place]);
  assert.equal(first, -1, `of ${live.length} and ${filed.length} decisions, the first that differ:\n${live[first]}\n${filed[first]}`);
  assert.equal(live.length, filed.length);
});
process.exit(0);
