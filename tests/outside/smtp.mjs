// A mail server that parses what it is given: smtp-server with STARTTLS and a login, and mailparser.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outside, post, until, withServer } from './server.mjs';

const { SMTPServer } = outside('smtp-server');
const { simpleParser } = outside('mailparser');

const folder = mkdtempSync(join(tmpdir(), 'wend-outside-'));
const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
                                   '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert]);
assert.equal(made.status, 0, String(made.stderr));

const mails = [];      // {envelope, mail, secure} as taken
const attempts = {};   // by recipient
const ways = {         // what becomes of the recipient's mails, one after the other; then all is well
  'later@example.com': ['rcpt 451 4.2.1 try again'],
  'gone@example.com': ['rcpt 550 5.1.1 no such mailbox'],
  'cut@example.com': ['cut'],
};
const mailer = new SMTPServer({
  key: readFileSync(key), cert: readFileSync(cert), authMethods: ['PLAIN', 'LOGIN'],
  onAuth: (auth, session, done) => (auth.username === 'wend' && auth.password === 'a päss word' ? done(null, { user: 'wend' }) : done(new Error('no'))),
  onRcptTo({ address }, session, done) {
    attempts[address] = (attempts[address] ?? 0) + 1;
    session.way = ways[address]?.shift() ?? '';
    const [, code, text] = session.way.match(/^rcpt (\d+) (.*)/) ?? [];
    done(code ? Object.assign(new Error(text), { responseCode: Number(code) }) : null);
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', async () => {
      const raw = Buffer.concat(chunks);
      mails.push({ envelope: session.envelope, raw, mail: await simpleParser(raw), secure: session.secure });
      if (session.way !== 'cut') return done(null, '2.0.0 Ok: queued as 4ZRk');
      for (const connection of mailer.connections) if (connection.session === session) connection._socket.destroy();
    });
  },
});
mailer.on('error', () => {});
await new Promise((done) => mailer.listen(0, '127.0.0.1', done));

const email = {
  toml: `connector = "smtp"
from = "tack@butik.example"
from_name = "Åsas butik"
bounce_address = "bounce@butik.example"
unsubscribe_address = "av@butik.example"
user = "wend"
password = "file:smtp_password"
retry_base = "10 ms"
retry_cap = "50 ms"
[channels.email.net]
base_url = "smtp://localhost:${mailer.server.address().port}"
loopback = true
ca_file = "${cert}"
`,
  secrets: { smtp_password: 'a päss word' },
};

await withServer({ channels: { email } }, async (server) => {
  const buy = (user, address) => post(server, '/v1/batch', { batch: [
    { type: 'identify', userId: user, traits: { email: address, first_name: 'Åsa', email_opt_in: true } },
    { type: 'track', userId: user, event: 'Order Completed', messageId: `order of ${user}`, properties: { order_id: user, total: 1234.5 } }] });
  const to = (address) => mails.filter((each) => each.envelope.rcptTo[0].address === address);
  const outcomes = (outcome) => server.metric('wend_sends_total', `channel="email",outcome="${outcome}"`);

  await buy('u1', 'asa@example.com');
  await until('the mail has arrived', () => to('asa@example.com').length > 0);
  const [{ envelope, mail, raw, secure }] = to('asa@example.com');
  const sent = server.decisions('message').find((row) => row.channel === 'email');
  assert.ok(secure, 'behind STARTTLS');
  assert.equal(mail.subject, 'Tack, Åsa – order u1 ✓');
  assert.equal(mail.text.trimEnd(), sent.content.text, 'dots, accents and all');
  assert.equal(mail.html.trimEnd(), sent.content.html);
  assert.match(mail.text, /\n\.En rad/);
  assert.deepEqual(mail.from.value, [{ address: 'tack@butik.example', name: 'Åsas butik' }]);
  assert.equal(mail.to.text, 'asa@example.com');
  assert.equal(mail.messageId, `<wend.${sent.id}@butik.example>`);
  assert.equal(envelope.mailFrom.address, `bounce+${sent.id}@butik.example`);
  assert.equal(mail.headers.get('list').unsubscribe.mail, `av@butik.example?subject=unsubscribe-${sent.id}`);
  assert.ok(Math.abs(mail.date - Date.now()) < 3_600_000);
  assert.ok(raw.toString('latin1').split('\r\n').every((line) => line.length <= 998 && /^[\x20-\x7e\t]*$/.test(line)), 'seven bits, and no line too long');
  await until('it counts as delivered', async () => await outcomes('delivered') === 1);
  assert.equal(JSON.parse(await server.get(`/v1/messages/${sent.id}`)).provider_id, '4ZRk');

  await buy('u2', 'later@example.com');
  await until('"try again" is tried again', () => to('later@example.com').length > 0);
  await until('and has arrived', async () => await outcomes('delivered') === 2);
  assert.equal(attempts['later@example.com'], 2);

  await buy('u3', 'gone@example.com');
  await until('"no such mailbox" has failed', async () => await outcomes('failed') === 1);
  await until('and is told to the program', async () => (await server.known('u3')).record.some((row) => row.record.event === 'bounced'));
  assert.equal(attempts['gone@example.com'], 1);

  await buy('u4', 'cut@example.com');
  const unknown = await until('a mail that was taken without an answer is unknown', async () => JSON.parse(await server.get('/v1/messages/unknown')).messages?.[0]);
  await server.down();
  await server.up();
  assert.equal(JSON.parse(await server.get(`/v1/messages/${unknown.id}`)).status, 'unknown');
  assert.equal((await fetch(`${server.operations}/v1/messages/${unknown.id}/settle`, { method: 'POST', body: '{"outcome":"delivered"}' })).status, 200);
  assert.equal(JSON.parse(await server.get(`/v1/messages/${unknown.id}`)).status, 'delivered');
  assert.equal(attempts['cut@example.com'], 1, 'what may have arrived is never sent again by itself');
  assert.equal(mails.length, 3);
});
await new Promise((done) => mailer.close(done));
rmSync(folder, { recursive: true });
process.exit(0);
