// What every client of events is put through, in two rounds: the first answers are errors, then an answer is lost on its way
// back. Each round brings a user's traits and two orders, and whatever else the client can say; then all is counted.
import assert from 'node:assert/strict';
import { breaking } from './proxy.mjs';
import { Server, until, withServer } from './server.mjs';

export const TRAITS = { email: 'åsa@example.com', first_name: 'Åsa', email_opt_in: true, partner_id: 'p-1', partner_on: true, plan: 'premium' };

// `client`: {open(url, key), say(client, round), flush(client), calls: how many records a round has}. `say` tells TRAITS of user u1, two orders, and what else there is.
export async function provesItself(client) {
  await withServer({}, async (server) => {
    const between = await breaking(server.events);
    server.tell = async () => {
      const seen = between.seen.map((request) => `${request.path} ${request.body.length} bytes: ${request.fault ?? 'through'} ${request.status ?? ''}`);
      return [...seen, ...(await server.get('/metrics')).split('\n').filter((line) => /^wend_(events|rejected|sends)_total/.test(line))].join('\n');
    };
    const sdk = await client.open(between.url, Server.KEY);
    const taken = () => server.metric('wend_events_total', 'result="applied"');
    const duplicates = () => server.metric('wend_events_total', 'result="duplicate"');

    between.breakNext(500, 503);
    await client.say(sdk, 1);
    await client.flush(sdk);
    await until('the first round has arrived behind a 500 and a 503', async () => await taken() === client.calls);
    assert.ok(between.unbroken());
    assert.equal(await duplicates(), 0, 'what never arrived is no duplicate');

    between.breakNext('cut');
    await client.say(sdk, 2);
    await client.flush(sdk);
    await until('the second round is taken, and what came before the cut has come again', async () =>
      between.unbroken() && between.seen.at(-1).status === 200 && between.seen.at(-1).fault === undefined && await taken() + await duplicates() > 2 * client.calls);
    await client.close?.(sdk);

    for (const result of ['conflict', 'rejected', 'set_aside', 'ignored']) assert.equal(await server.metric('wend_events_total', `result="${result}"`), 0, result);
    for (const request of between.seen) if (typeof request.fault !== 'number') assert.equal(request.status, 200);
    await nothingTwice(server, client);

    await until('every receipt has been sent', () => server.delivered('partner').filter((row) => row.message === 'receipt').length >= 4);
    const orders = [1, 2].flatMap((round) => [1, 2].map((number) => orderId(round, number)));
    assert.deepEqual(server.decisions('enter').map((row) => row.key), orders);
    for (const channel of ['email', 'partner']) {
      assert.deepEqual(server.delivered(channel).filter((row) => row.message === 'receipt').map((row) => row.content.subject ?? row.content.title).map((text) => text.match(/o\d-\d/)[0]).sort(), orders, channel);
    }
    const known = await server.attributes('u1');
    for (const name of ['first_name', 'email_opt_in', 'partner_id', 'plan']) assert.equal(known[name], TRAITS[name], name);
    assert.equal(server.decisions('state').at(-1).to, 'regular', 'four orders');
    await client.look?.(server, between);
    await between.close();
  });
  process.exit(0);   // some clients keep a timer
}

// Every record that is kept has an id of its own, and there are as many as were said. An alias that comes again is kept again: it
// changes nothing, and so is not looked at here.
async function nothingTwice(server, client) {
  const kept = (await server.known('u1')).record.map((row) => row.record).filter((record) => record.type !== 'alias' && record.event !== 'delivered');
  assert.equal(new Set(kept.map((record) => record.messageId)).size, kept.length, 'nothing counts twice');
  assert.equal(kept.length, 2 * (client.calls - 1), 'nothing is lost');
}

export const orderId = (round, number) => `o${round}-${number}`;
export const order = (round, number) => ({ order_id: orderId(round, number), total: 12.5, items: [{ name: 'Räksallad', price: 12.5 }] });
