// PostHog's client for Node: its own route and shape, gzipped, the key in the body.
import assert from 'node:assert/strict';
import { TRAITS, order, provesItself } from './clients.mjs';
import { outside } from './server.mjs';

const { PostHog } = outside('posthog-node');

await provesItself({
  open: (url, key) => new PostHog(key, { host: url, flushAt: 100, fetchRetryDelay: 200 }),
  say(posthog, round) {
    posthog.identify({ distinctId: 'u1', properties: { $set: TRAITS } });
    posthog.capture({ distinctId: 'u1', event: 'Order Completed', properties: order(round, 1) });
    posthog.capture({ distinctId: 'u1', event: 'Order Completed', properties: order(round, 2) });
    posthog.alias({ distinctId: 'u1', alias: 'u1-before' });
  },
  flush: (posthog) => posthog.flush(),
  close: (posthog) => posthog.shutdown(),
  calls: 4,
  async look(server, between) {
    assert.ok(between.seen.every((request) => request.path.startsWith('/batch/')));
    assert.ok(between.seen.every((request) => request.headers['content-encoding'] === 'gzip'));
    assert.equal(between.seen[0].headers.authorization, undefined);
  },
});
