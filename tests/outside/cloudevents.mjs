// CloudEvents' own library writes the requests, in its three modes.
import assert from 'node:assert/strict';
import { outside, post, until, withServer } from './server.mjs';

const { CloudEvent, HTTP } = outside('cloudevents');

await withServer({}, async (server) => {
  const order = (number, more = {}) => new CloudEvent({ id: `e${number}`, source: 'https://butik.example/kassa', type: 'Order Completed', subject: 'u1',
                                                        data: { order_id: `o${number}`, total: 12.5 }, ...more });
  const send = ({ headers, body }) => post(server, '/v1/cloudevents', body, headers);
  await post(server, '/v1/identify', { userId: 'u1', traits: { partner_id: 'p', partner_on: true } });
  await send(HTTP.binary(order(1)));
  await send(HTTP.structured(order(2)));
  await send({ headers: { 'content-type': 'application/cloudevents-batch+json' }, body: JSON.stringify([order(3).toJSON(), order(4, { time: '2026-01-05T10:00:00Z' }).toJSON()]) });
  assert.equal(await server.metric('wend_events_total', 'result="applied"'), 5);

  await send(HTTP.structured(order(1, { time: (await server.known('u1')).record[1].record.timestamp })));
  await send(HTTP.binary(order(2, { source: 'https://butik.example/annan' })));
  assert.equal(await server.metric('wend_events_total', 'result="duplicate"') + await server.metric('wend_events_total', 'result="conflict"'), 1, 'its id within its source is the id');
  assert.equal(await server.metric('wend_events_total', 'result="applied"'), 6, 'the same id of another source is another event');
  assert.equal(await server.metric('wend_events_total', 'result="rejected"'), 0);
  assert.deepEqual((await server.known('u1')).record.map((row) => row.record.properties?.order_id).filter(Boolean), ['o1', 'o2', 'o3', 'o4', 'o2']);
  assert.equal((await server.known('u1')).record.find((row) => row.record.properties?.order_id === 'o4').at, '2026-01-05T10:00:00Z');
  await until('receipts', () => server.delivered('partner').length > 0);
});
process.exit(0);
