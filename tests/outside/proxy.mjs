// Stands between a client and the server and breaks the first answers, one of a list a request:
//   500, 503   the request does not reach the server
//   'cut'      it does, and is handled; the client's connection ends before the answer
//   'half'     the same, in the middle of the answer
// What the list does not cover goes through.
import http from 'node:http';

export async function breaking(to, faults = []) {
  let target = to;
  const left = [...faults];
  const seen = [];   // {path, fault, body, headers, status} of each request, in order; `status`: what the server answered
  const server = http.createServer((request, answer) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const fault = left.shift();
      const mine = { path: request.url, fault, body, headers: request.headers };
      seen.push(mine);
      if (typeof fault === 'number') return answer.writeHead(fault, { 'content-type': 'application/json' }).end('{}');
      const on = http.request(target + request.url, { method: request.method, headers: { ...request.headers, host: new URL(target).host, connection: 'close' } }, (from) => {
        const parts = [];
        from.on('data', (chunk) => parts.push(chunk));
        from.on('end', () => {
          const whole = Buffer.concat(parts);
          mine.status = from.statusCode;
          if (fault === 'cut') return request.socket.destroy();
          answer.writeHead(from.statusCode, { ...from.headers, connection: 'close', 'content-length': whole.length });
          if (fault !== 'half') return answer.end(whole);
          answer.write(whole.subarray(0, 4), () => request.socket.destroy());
        });
      });
      on.on('error', () => request.socket.destroy());
      on.end(body);
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    breakNext: (...more) => left.push(...more),
    unbroken: () => left.length === 0,
    target: (url) => { target = url; },   // from now on
    answered: () => seen.filter((request) => request.status === 200).length,
    close: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }),
  };
}
