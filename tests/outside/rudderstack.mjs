// RudderStack's client for Node: gzipped JSON that is called a form, `originalTimestamp`, traits under `context.traits`.
import assert from 'node:assert/strict';
import { TRAITS, order, provesItself } from './clients.mjs';
import { outside } from './server.mjs';

const imported = outside('@rudderstack/rudder-sdk-node');
const Analytics = imported.default ?? imported;

await provesItself({
  open: (url, key) => new Analytics(key, { dataPlaneUrl: url, flushInterval: 50, logLevel: 'error' }),
  say(analytics, round) {
    analytics.identify({ userId: 'u1', traits: TRAITS });
    analytics.track({ userId: 'u1', event: 'Order Completed', properties: order(round, 1) });
    analytics.track({ userId: 'u1', event: 'Order Completed', properties: order(round, 2) });
    analytics.screen({ userId: 'u1', name: 'home' });
    analytics.alias({ userId: 'u1', previousId: 'an1' });
  },
  flush: (analytics) => analytics.flush().catch(() => {}),
  calls: 5,
  async look(server, between) {
    assert.ok(between.seen.every((request) => request.headers['content-encoding'] === 'gzip'));
    assert.ok(between.seen.every((request) => request.headers['content-type'].startsWith('application/x-www-form-urlencoded')));
    assert.ok((await server.known('an1')).record.length > 0, 'who was anonymous is the user');
  },
});
