// Standard Webhooks' own library looks at what our webhook connector sends.
import assert from 'node:assert/strict';
import http from 'node:http';
import { outside, post, until, withServer } from './server.mjs';

const { Webhook } = outside('standardwebhooks');

const keys = ['new', 'old'].map((name) => 'whsec_' + Buffer.from(`the ${name} key of thirty-two bytes…`).toString('base64'));
const seen = [];
const answers = [500, 429];   // then all is well
const endpoint = http.createServer((request, answer) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    seen.push({ headers: request.headers, body, json: JSON.parse(body), path: request.url });
    answer.writeHead(answers.shift() ?? 204).end();
  });
});
await new Promise((done) => endpoint.listen(0, '127.0.0.1', done));

const partner = {
  toml: `connector = "webhook"
url = "http://127.0.0.1:${endpoint.address().port}/in?from=wend"
keys = ["file:key_new", "file:key_old"]
on_ambiguous = "retry_same_key"
retry_base = "10 ms"
retry_cap = "50 ms"
breaker_failures = 0
[channels.partner.net]
plain_loopback = true
`,
  secrets: { key_new: keys[0], key_old: keys[1] },
};

await withServer({ channels: { partner } }, async (server) => {
  await post(server, '/v1/batch', { batch: [
    { type: 'identify', userId: 'u1', traits: { partner_id: 'åäö ✓ "1"', partner_on: true } },
    { type: 'track', userId: 'u1', event: 'Order Completed', messageId: 'm1', properties: { order_id: 'o1', total: 99.9 } }] });
  await until('both messages have been delivered', async () => await server.metric('wend_sends_total', 'channel="partner",outcome="delivered"') === 2);

  for (const { headers, body, json, path } of seen) {
    for (const key of keys) assert.deepEqual(new Webhook(key).verify(body, headers), json, 'by the new key, and by the one before');
    assert.equal(path, '/in?from=wend');
    assert.equal(json.data.id, headers['webhook-id']);
    assert.equal(json.data.to, 'åäö ✓ "1"');
    assert.match(headers['content-type'], /^application\/json/);
    assert.throws(() => new Webhook(keys[0]).verify(body.replace('o1', 'o2'), headers), 'one byte more or less is seen');
    assert.throws(() => new Webhook('whsec_' + Buffer.from('somebody else').toString('base64')).verify(body, headers));
  }
  const ids = server.decisions('message').filter((row) => row.channel === 'partner').map((row) => row.id);
  assert.equal(seen.length, 4, 'two messages, and two answers that asked for another attempt');
  assert.deepEqual([...new Set(seen.map((each) => each.headers['webhook-id']))].sort(), [...ids].sort());
  for (const id of ids) assert.equal(new Set(seen.filter((each) => each.json.data.id === id).map((each) => each.body)).size, 1, 'again under the same id, with the same body');
});
endpoint.close();
process.exit(0);
