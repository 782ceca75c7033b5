// Customer.io's client for its data pipelines: Segment's shape without `sentAt`.
import assert from 'node:assert/strict';
import { TRAITS, order, provesItself } from './clients.mjs';
import { outside } from './server.mjs';

const { Analytics } = outside('@customerio/cdp-analytics-node');

await provesItself({
  open: (url, key) => new Analytics({ writeKey: key, host: url, flushInterval: 50 }),
  say(analytics, round) {
    analytics.identify({ userId: 'u1', traits: TRAITS });
    analytics.track({ userId: 'u1', event: 'Order Completed', properties: order(round, 1) });
    analytics.track({ userId: 'u1', event: 'Order Completed', properties: order(round, 2) });
    analytics.screen({ userId: 'u1', name: 'home' });
    analytics.page({ anonymousId: 'an1', name: 'home', properties: { url: '/' } });
    analytics.alias({ userId: 'u1', previousId: 'an1' });
  },
  flush: async () => {},
  close: (analytics) => analytics.closeAndFlush(),
  calls: 6,
  async look(server) {
    assert.equal((await server.known('an1')).identity.find((row) => row.name === 'user_id').value, 'u1', 'who was anonymous is the user');
  },
});
