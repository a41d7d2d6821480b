import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OrderOutcome } from '../../domain/outcome';
import { Transport } from '../../portal/transport';
import { AccessToken } from '../../portal/access-token';
import { placeOrder } from '../../portal/place-order';
import { PortalClient } from '../../portal/portal-client';
import {
  ALL,
  CLIENT_ID,
  CLIENT_SECRET,
  failure,
  listening,
  ORDER_PATH,
  PARTNERS_PATH,
  portOf,
  success,
  TOKEN_PATH,
  Vendor,
  type Handler,
  type Reply,
} from './vendor';

// Not the spacing that any serialiser would choose, an id beyond 2^53, letters beyond ASCII.
const BODY = '{ "billingId":3197218168379846218,\n\t"poNumber":"Größe 7 😀 \\u00e9","x":1.0 }';
const ORDER =
  '{"instanceId":"1282391","orderNo":"ZC3206258125675945984","orderStatus":"succeed","productNo":"3651E1292455","transactionNo":"AK3206258126833573889"}';

let vendor: Vendor;
beforeEach(async () => {
  vendor = await Vendor.start();
});
afterEach(() => vendor.stop());

/** What a client makes of an order that is answered so; whatever happens, it was sent once. */
async function outcomeOf(answer: Handler | Reply, settings = {}): Promise<OrderOutcome> {
  vendor.on(ORDER_PATH, typeof answer === 'function' ? answer : () => answer);
  const outcome = await vendor.client(settings).placeOrder(BODY);
  expect(vendor.callsOf(ORDER_PATH)).toHaveLength(1);
  return outcome;
}

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

describe('created', () => {
  it('an answer with an order number', async () => {
    expect(await outcomeOf(success(ORDER))).toEqual({
      outcome: 'created',
      order: {
        orderNo: 'ZC3206258125675945984',
        orderStatus: 'succeed',
        transactionNo: 'AK3206258126833573889',
        instanceId: '1282391',
        productNo: '3651E1292455',
      },
      evidence: {
        httpStatus: 200,
        vendorCode: 'success',
        vendorRequestId: '7249dc2422a5b3192c06b00fa77d31a2',
      },
    });
  });

  it('ids as bare numbers, no status, nothing else', async () => {
    expect(await outcomeOf(success('{"orderNo":3197218168379846218}'))).toMatchObject({
      outcome: 'created',
      order: { orderNo: '3197218168379846218', orderStatus: 'unknown' },
    });
  });

  it('the body goes out byte for byte, with the headers that the vendor requires', async () => {
    await outcomeOf(success(ORDER));
    const [sent] = vendor.callsOf(ORDER_PATH);
    expect(sent?.body.equals(Buffer.from(BODY))).toBe(true);
    expect(sent?.method).toBe('POST');
    expect(sent?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'OpenAPI',
      authorization: `Bearer ${vendor.tokens[0]}`,
      connection: 'close',
    });
  });
});

describe('nothing was sent', () => {
  const notSent = { outcome: 'not-created', why: 'not-sent' };

  it('without a token', async () => {
    vendor.on(TOKEN_PATH, () => ({ status: 429, headers: { 'Retry-After': '4' } }));
    const outcome = await vendor.client().placeOrder(BODY);
    expect(outcome).toMatchObject({ ...notSent, code: 'PortalRateLimited', retryAfterMs: 4000 });
    expect(vendor.callsOf(ORDER_PATH)).toHaveLength(0);
  });

  it('with credentials that are refused', async () => {
    const outcome = await vendor.client({ clientSecret: 'wrong' }).placeOrder(BODY);
    expect(outcome).toMatchObject({ ...notSent, code: 'PortalUnauthorised' });
    expect(vendor.callsOf(ORDER_PATH)).toHaveLength(0);
  });

  it('when nobody listens', async () => {
    const gone = await Vendor.start();
    await gone.stop();
    expect(await sendTo(gone.url)).toMatchObject({
      ...notSent,
      code: 'PortalUnreachable',
      evidence: { errorCode: 'ECONNREFUSED' },
    });
  });

  it('when the name is not known', async () => {
    // .invalid is reserved for names that never resolve; which code it gives depends on the machine's resolver.
    const outcome = await sendTo('http://portal.invalid');
    expect(outcome).toMatchObject({ ...notSent, code: 'PortalUnreachable' });
    expect(outcome.evidence.errorCode).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });

  it('when the connection is not made within the deadline', async () => {
    // Stands for a host that swallows packets: loopback has none.
    const connect = jest.spyOn(net.Socket.prototype, 'connect').mockImplementation(function (
      this: net.Socket,
    ) {
      return Object.assign(this, { connecting: true });
    });
    try {
      expect(await sendTo('http://127.0.0.1:9', 200)).toMatchObject({
        ...notSent,
        code: 'PortalUnreachable',
      });
    } finally {
      connect.mockRestore();
    }
  });

  it('when the certificate is not trusted', async () => {
    const { key, cert } = selfSigned();
    let received = 0;
    const server = https.createServer({ key, cert }, (_request, response) => {
      received += 1;
      response.end(success(ORDER).body);
    });
    await listening(server);
    try {
      for (let time = 0; time < 5; time += 1) {
        expect(await sendTo(`https://127.0.0.1:${portOf(server)}`)).toMatchObject({
          ...notSent,
          code: 'PortalUnreachable',
          evidence: { errorCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
        });
      }
      expect(received).toBe(0);
    } finally {
      server.close();
    }
  });

  it.each([
    ['garbage', (socket: net.Socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['an end', (socket: net.Socket) => void socket.destroy()],
    ['silence', () => undefined],
  ])('when the TLS hello is answered by %s', async (_what, answer) => {
    const sockets: net.Socket[] = [];
    const server = net.createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined).once('data', () => answer(socket));
    });
    await listening(server);
    try {
      const outcome = await sendTo(`https://127.0.0.1:${portOf(server)}`, 300);
      expect(outcome).toMatchObject({ ...notSent, code: 'PortalUnreachable' });
    } finally {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    }
  });

  it.each<[string, Reply]>([
    ['HTTP 401', { ...failure('unauthorized', 401), status: 401 }],
    ['401 inside a 200', failure('unauthorized', 401)],
    ['401 as the code inside a 200', failure('401', 200)],
    ['HTTP 401 without an envelope', { status: 401, body: '<h1>Log in</h1>' }],
  ])('%s: not sent again, and the next call asks for a new token', async (_what, reply) => {
    vendor.on(ORDER_PATH, () => reply);
    vendor.on(PARTNERS_PATH, () => success('[]'));
    const client = vendor.client();
    expect(await client.placeOrder(BODY)).toMatchObject({ ...notSent, code: 'PortalUnauthorised' });
    expect(vendor.callsOf(ORDER_PATH)).toHaveLength(1);
    expect(vendor.tokens).toHaveLength(1);
    await client.findPartners(ALL);
    expect(vendor.tokens).toHaveLength(2);
  });

  it.each<[string, Reply]>([
    ['HTTP 429', { status: 429, headers: { 'Retry-After': '3' } }],
    ['429 inside a 200', { ...failure('too_many', 429), headers: { 'Retry-After': '3' } }],
  ])('%s, with the wait that is asked for', async (_what, reply) => {
    expect(await outcomeOf(reply)).toMatchObject({
      ...notSent,
      code: 'PortalRateLimited',
      retryAfterMs: 3000,
    });
  });
});

it('later than it may be sent: nothing goes out', async () => {
  vendor.on(ORDER_PATH, () => success(ORDER));
  const outcome = await vendor.client().placeOrder(BODY, Date.now() - 1);
  expect(outcome).toMatchObject({ outcome: 'not-created', why: 'not-sent', code: 'SendTimePassed' });
  expect(vendor.callsOf(ORDER_PATH)).toEqual([]);
});

describe('refused', () => {
  it.each([400, 403, 404, 405, 413, 415, 422])('HTTP %s', async (status) => {
    const reply = { ...failure('parameter_validation_failed', status, 'serviceId: min'), status };
    expect(await outcomeOf(reply)).toMatchObject({
      outcome: 'not-created',
      why: 'refused',
      code: 'PortalRejected',
      evidence: {
        httpStatus: status,
        vendorCode: 'parameter_validation_failed',
        vendorMessage: 'serviceId: min',
      },
    });
  });

  it.each([400, 403, 404, 405, 413, 415, 422])('in the vendor’s envelope, with %s', async (status) => {
    const refusal = failure('some_error', status, 'Too many.');
    for (const reply of [refusal, { ...refusal, status }]) {
      vendor.seen.length = 0;
      const outcome = await outcomeOf(reply);
      expect(outcome).toMatchObject({ outcome: 'not-created', why: 'refused', code: 'PortalRejected' });
      expect(outcome).toHaveProperty('message', expect.stringContaining('some_error: Too many.'));
    }
  });

  it('under the one name that is documented, inside a 200 too', async () => {
    const outcome = await outcomeOf(failure('parameter_validation_failed', 200, 'Too many.'));
    expect(outcome).toMatchObject({ outcome: 'not-created', why: 'refused', code: 'PortalRejected' });
    expect(outcome).toHaveProperty(
      'message',
      expect.stringContaining('parameter_validation_failed: Too many.'),
    );
  });
});

describe('unknown', () => {
  it.each([300, 301, 302, 303, 304, 307, 308])(
    'a redirect (%s), perhaps to what was just made, whose target receives nothing',
    async (status) => {
      let received = 0;
      const target = http.createServer((_request, response) => {
        received += 1;
        response.end(success(ORDER).body);
      });
      await listening(target);
      try {
        const headers = { Location: `http://127.0.0.1:${portOf(target)}${ORDER_PATH}` };
        const outcome = await outcomeOf({ status, headers });
        expect(outcome).toMatchObject({ outcome: 'unknown', evidence: { httpStatus: status } });
        expect(outcome).toHaveProperty('message', expect.stringContaining('PORTAL_URL'));
        expect(received).toBe(0);
      } finally {
        target.close();
      }
    },
  );

  it.each([400, 403, 404, 405, 411, 413, 415, 422, 429])(
    'HTTP %s in HTML: not the vendor’s own word',
    async (status) => {
      expect(await outcomeOf({ status, body: '<h1>Blocked</h1>' })).toMatchObject({ outcome: 'unknown' });
    },
  );

  it.each([
    ['that is none of the vendor’s', '{"code":"parameter_validation_failed"}'],
    ['of a gateway', '{"code":400,"message":"Bad Request"}'],
  ])('HTTP 400 with an envelope %s', async (_what, body) => {
    expect(await outcomeOf({ status: 400, body })).toMatchObject({ outcome: 'unknown' });
  });

  it.each([400, 403, 422])('an error name that speaks of paying, with %s', async (status) => {
    const failed = failure('insufficient_balance', status);
    expect(await outcomeOf(failed)).toMatchObject({ outcome: 'unknown' });
    vendor.seen.length = 0;
    expect(await outcomeOf({ ...failed, status })).toMatchObject({ outcome: 'unknown' });
  });

  it('an error name that is not documented, without a status that refuses', async () => {
    expect(await outcomeOf(failure('some_error', 200))).toMatchObject({ outcome: 'unknown' });
  });

  it.each(['token_expired', 'too_many_requests', 'system_busy'])(
    'the name %s inside a 200: no status says that the order was not taken',
    async (code) => {
      expect(await outcomeOf(failure(code, 200))).toMatchObject({ outcome: 'unknown' });
    },
  );

  it.each([408, 409, 500, 502, 503, 504])('HTTP %s', async (status) => {
    const body = '<h1>sorry</h1>';
    expect(await outcomeOf({ status, body })).toMatchObject({
      outcome: 'unknown',
      evidence: { httpStatus: status, bodySha256: sha256(body) },
    });
  });

  it.each([402, 406, 410, 418, 451])('HTTP %s, which nobody documents', async (status) => {
    expect(await outcomeOf({ status })).toMatchObject({ outcome: 'unknown' });
  });

  it.each([200, 402, 408, 409, 418, 500, 503])(
    'an undocumented failure inside a 200, status %s',
    async (status) => {
      expect(await outcomeOf(failure('payment_failed', status))).toMatchObject({ outcome: 'unknown' });
    },
  );

  it.each([
    ['reports success', '{"code":"success","status":200}'],
    ['reports a breakdown', '{"code":"system_error","status":500}'],
    ['reports another refusal', '{"code":"too_many_requests","status":429}'],
    ['holds an order number somewhere', '{"code":"error","result":{"data":[{"order":{"orderNo":"ZC1"}}]}}'],
  ])('a 400 whose envelope %s', async (_what, body) => {
    expect(await outcomeOf({ status: 400, body })).toMatchObject({ outcome: 'unknown' });
  });

  it.each([
    ['no body', ''],
    ['HTML', '<html>Welcome to the Wi-Fi</html>'],
    ['truncated JSON', '{"code":"success","result":{"orderNo":"ZC320625'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['JSON that is no envelope', '{"orderNo":"ZC1"}'],
    ['success without a result', '{"code":"success","status":200}'],
    ['success with an empty order', String(success('{"orderNo":""}').body)],
    ['success with another shape', String(success('[{"orderNo":"ZC1"}]').body)],
    ['an order number that is none', String(success(`{"orderNo":"${'Z'.repeat(201)}"}`).body)],
    ['an order number with a NUL', String(success('{"orderNo":"Z\\u0000C1"}').body)],
    ['success in another spelling', '{"code":"SUCCESS","status":200}'],
    ['success with a failing status', String(failure('success', 400).body)],
    ['an envelope whose code is a good status', '{"code":200,"result":{}}'],
    ['an envelope without a code', '{"status":400,"detailMessage":"no"}'],
    ['a failure with an order number', `{"code":"error","status":400,"result":${ORDER}}`],
    [
      'a failure with an order number in the depth',
      `{"code":"error","status":400,"result":{"order":${ORDER}}}`,
    ],
  ])('a 200 with %s', async (_what, body) => {
    const outcome = await outcomeOf({ body });
    expect(outcome).toMatchObject({
      outcome: 'unknown',
      code: 'OrderOutcomeUnknown',
      evidence: { httpStatus: 200, bodySha256: sha256(body) },
    });
  });

  it('a 400 that holds an order number all the same', async () => {
    const body = `{"code":"error","status":400,"result":${ORDER}}`;
    expect(await outcomeOf({ status: 400, body })).toMatchObject({ outcome: 'unknown' });
  });

  it('a 204', async () => {
    const outcome = await outcomeOf((_seen, response) => void response.writeHead(204).end());
    expect(outcome).toMatchObject({ outcome: 'unknown', evidence: { httpStatus: 204 } });
  });

  it('a connection cut after the request was read', async () => {
    expect(await outcomeOf((_seen, response) => void response.destroy())).toMatchObject({
      outcome: 'unknown',
      evidence: { errorCode: 'ECONNRESET' },
    });
  });

  it('a connection cut in the middle of the answer', async () => {
    const outcome = await outcomeOf((_seen, response) => {
      response.writeHead(200, { 'Content-Length': 1000 });
      response.write('{"code":"success"', () => response.destroy());
      return undefined;
    });
    expect(outcome).toMatchObject({ outcome: 'unknown' });
  });

  it('a connection that is cut while nothing of the request was read', async () => {
    const server = net.createServer((socket) => void socket.destroy());
    await listening(server);
    try {
      expect(await sendTo(`http://127.0.0.1:${portOf(server)}`)).toMatchObject({ outcome: 'unknown' });
    } finally {
      server.close();
    }
  });

  it('an answer that is no HTTP', async () => {
    const server = net.createServer((socket) => void socket.once('data', () => socket.end('hello\r\n\r\n')));
    await listening(server);
    try {
      expect(await sendTo(`http://127.0.0.1:${portOf(server)}`)).toMatchObject({ outcome: 'unknown' });
    } finally {
      server.close();
    }
  });

  it('a hang beyond the deadline', async () => {
    const start = Date.now();
    const outcome = await outcomeOf(() => undefined, { orderDeadlineMs: 200 });
    expect(outcome).toMatchObject({ outcome: 'unknown' });
    expect(outcome.evidence.errorCode).toMatch(/^(ECONNABORTED|ERR_CANCELED)$/);
    expect(Date.now() - start).toBeLessThan(20_000);
  });

  it('an answer that drips beyond the deadline', async () => {
    const outcome = await outcomeOf(
      (_seen, response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(drip));
        return undefined;
      },
      { orderDeadlineMs: 300 },
    );
    expect(outcome).toMatchObject({ outcome: 'unknown' });
  });

  it('an answer that is too long', async () => {
    const reply = { body: `{"code":"success","x":"${'x'.repeat(256 * 1024)}"}` };
    expect(await outcomeOf(reply)).toMatchObject({
      outcome: 'unknown',
      evidence: { errorCode: 'RESPONSE_TOO_LARGE' },
    });
  });
});

describe('never throws', () => {
  it('with a token that no header can hold', async () => {
    vendor.on(TOKEN_PATH, () => success('{"token":"line\\nbreak","expiresIn":"1800"}'));
    expect(await vendor.client().placeOrder(BODY)).toMatchObject({ outcome: 'not-created', why: 'not-sent' });
    expect(vendor.callsOf(ORDER_PATH)).toHaveLength(0);
  });

  it.each([Number.NaN, -1])('with the deadline %s', async (orderDeadlineMs) => {
    vendor.on(ORDER_PATH, () => success(ORDER));
    const outcome = await vendor.client({ orderDeadlineMs }).placeOrder(BODY);
    expect(outcome).toMatchObject({ outcome: 'not-created', why: 'not-sent' });
    expect(vendor.callsOf(ORDER_PATH)).toHaveLength(0);
  });

  it('with an address that is none', async () => {
    const client = new PortalClient({ url: 'no address', clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
    expect(await client.placeOrder(BODY)).toMatchObject({ outcome: 'not-created', why: 'not-sent' });
  });
});

/** Sends an order with a token in hand to an address of its own: the fault is met by the order alone. */
async function sendTo(url: string, deadlineMs = 5_000): Promise<OrderOutcome> {
  const transport = new Transport(url);
  const credentials = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, deadlineMs };
  const token = new AccessToken(transport, credentials);
  jest.spyOn(token, 'authorization').mockResolvedValue('Bearer planted-token-0-f3a9');
  return placeOrder({
    transport,
    token,
    restraint: {},
    deadlineMs,
    body: BODY,
    sendBefore: Infinity,
    observe: () => undefined,
  });
}

function selfSigned(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'wonce-certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const kind = [
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ];
    execFileSync('openssl', ['req', ...kind, '-subj', '/CN=127.0.0.1', '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
