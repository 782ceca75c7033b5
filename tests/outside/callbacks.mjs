// An endpoint that loses every answer calls back with what became of the message, signed by Standard Webhooks' own library.
import assert from 'node:assert/strict';
import http from 'node:http';
import { outside, post, until, withServer } from './server.mjs';

const { Webhook } = outside('standardwebhooks');

const key = (name) => 'whsec_' + Buffer.from(`the ${name} key of thirty-two bytes…`).toString('base64');
const ids = [];
const endpoint = http.createServer((request) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    ids.push(JSON.parse(Buffer.concat(chunks).toString()).data.id);
    request.socket.destroy();
  });
});
await new Promise((done) => endpoint.listen(0, '127.0.0.1', done));

const partner = {
  toml: `connector = "webhook"
url = "http://127.0.0.1:${endpoint.address().port}/in"
keys = ["file:key_ours"]
callback_keys = ["file:key_new", "file:key_old"]
breaker_failures = 0
[channels.partner.net]
plain_loopback = true
`,
  secrets: { key_ours: key('own'), key_new: key('new'), key_old: key('old') },
};

await withServer({ channels: { partner } }, async (server) => {
  // What the library signs, as it is or changed on its way.
  const callBack = async (type, id, { by = 'new', eventId = `evt-${type}-${id}`, at = new Date(), data = {}, change = (body) => body } = {}) => {
    const body = JSON.stringify({ type: `message.${type}`, timestamp: at.toISOString(), data: { id, ...data } });
    const headers = { 'webhook-id': eventId, 'webhook-timestamp': String(Math.floor(at.getTime() / 1000)), 'webhook-signature': new Webhook(key(by)).sign(eventId, at, body) };
    return (await fetch(`${server.events}/v1/callbacks/partner`, { method: 'POST', body: change(body), headers })).status;
  };
  const statusOf = async (id) => JSON.parse(await server.get(`/v1/messages/${id}`)).status;
  const heard = async (event) => (await server.known('u1')).record.filter((row) => row.record.event === event && row.record.properties.channel === 'partner').length;

  await post(server, '/v1/batch', { batch: [
    { type: 'identify', userId: 'u1', traits: { partner_id: 'p1', partner_on: true } },
    { type: 'track', userId: 'u1', event: 'Order Completed', messageId: 'm1', properties: { order_id: 'o1', total: 99.9 } }] });
  await until('nobody knows what became of both messages', async () => ids.length === 2 && JSON.parse(await server.get('/v1/messages/unknown')).messages.length === 2);
  const [receipt, question] = ids;

  assert.equal(await callBack('delivered', receipt, { by: 'own' }), 401, 'by a key that signs only what we send');
  assert.equal(await callBack('delivered', receipt, { at: new Date(Date.now() - 6 * 60_000) }), 401, 'signed too long ago');
  assert.equal(await callBack('delivered', receipt, { change: (body) => body.replace('delivered', 'bounced') }), 401, 'changed on its way');
  assert.equal(await statusOf(receipt), 'unknown');

  assert.equal(await callBack('delivered', receipt), 200);
  assert.equal(await statusOf(receipt), 'delivered');
  assert.equal(await callBack('delivered', receipt, { by: 'old' }), 200, 'again, by the key before');
  assert.equal(await heard('delivered'), 1);
  assert.equal(await callBack('clicked', receipt, { data: { link: 'https://shop.example/o1?å=1' } }), 200);
  assert.equal(await heard('clicked'), 1);

  assert.equal(await callBack('bounced', question, { data: { permanent: true } }), 200);
  assert.equal(await statusOf(question), 'failed');
  assert.equal(await heard('bounced') + await heard('failed'), 2);
  assert.equal(await callBack('delivered', '0'.repeat(32)), 200, 'of nobody');

  const counted = (result) => server.metric('wend_callbacks_total', `result="${result}"`);
  for (const [result, count] of [['heard', 3], ['duplicate', 1], ['unknown_id', 1], ['unsigned', 3]]) assert.equal(await counted(result), count, result);

  await server.down('SIGKILL');   // what was answered is kept
  await server.up();
  assert.equal(await statusOf(receipt), 'delivered');
  assert.equal(await statusOf(question), 'failed');
  assert.equal(await heard('clicked'), 1);
  assert.equal(ids.length, 2, 'nothing is sent again');
});
endpoint.close();
process.exit(0);
