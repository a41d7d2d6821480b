import { stringify } from 'lossless-json';
import { startFakePortal, type FakePortal, type FakePortalOptions } from '../../../dev/fake-portal/server';

export interface Envelope {
  code: string;
  detailMessage: string;
  requestId: string;
  result: Record<string, unknown>;
  status: number;
}

export interface Answer extends Envelope {
  httpStatus: number;
  headers: Headers;
}

const ORDERS = '/order/openapi/order/v1/save';

/** A fake portal on a free port, and somebody who calls it as the vendor's pages say. */
export class Caller {
  private token: string | undefined;

  private constructor(readonly portal: Pick<FakePortal, 'url' | 'close'>) {}

  static async start(options: FakePortalOptions = {}): Promise<Caller> {
    return new Caller(await startFakePortal({ port: 0, ...options }));
  }

  /** Calls a fake portal that somebody else started and ends. */
  static at(url: string): Caller {
    return new Caller({ url, close: () => Promise.resolve() });
  }

  async accessToken(): Promise<string> {
    this.token ??= String((await this.askToken()).result.token);
    return this.token;
  }

  forgetToken(): void {
    this.token = undefined;
  }

  async askToken(form: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const fields = {
      client_id: 'fake-portal-client',
      client_secret: 'fake-portal-secret',
      grant_type: 'pp_credentials',
    };
    return this.send('/auth/openapi/v1/oauth/token', {
      method: 'POST',
      headers: {
        'User-Agent': 'OpenAPI',
        'Content-Type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: new URLSearchParams({ ...fields, ...form }).toString(),
    });
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(path, { headers: { ...(await this.headers()), ...headers } });
  }

  /** @param body text as it is, or an object whose lossless numbers are kept */
  async order(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(ORDERS, await this.orderCall(body, headers));
  }

  /** The answer unread: for faults that give no envelope. */
  async orderRaw(
    body: unknown,
    signal?: AbortSignal,
    redirect: 'follow' | 'manual' | 'error' = 'follow',
  ): Promise<Response> {
    const call = { ...(await this.orderCall(body)), redirect };
    return fetch(this.portal.url + ORDERS, { ...call, ...(signal && { signal }) });
  }

  async control(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.portal.url}/_control/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return (await response.json()) as Record<string, unknown>;
  }

  async switched(path: string, body?: unknown): Promise<void> {
    expect(await this.control('POST', path, body)).toEqual({ ok: true });
  }

  /** An order that did not come through the API. @param at when it was created, in ms since 1970 */
  async plant(body: string, at?: number): Promise<string> {
    const planted = await this.control('POST', 'orders', { body, at });
    expect(planted).toEqual({ ok: true, orderNo: expect.stringMatching(/^ZC\d{19}$/) as string });
    return String(planted.orderNo);
  }

  async orders(): Promise<
    { orderNo: string; body: string; productNo: string; orderStatus: string; createTime: number }[]
  > {
    return ((await this.control('GET', 'orders')) as { orders: never }).orders;
  }

  private async send(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(this.portal.url + path, init);
    const envelope = (await response.json()) as Envelope;
    expect(Object.keys(envelope).sort()).toEqual(['code', 'detailMessage', 'requestId', 'result', 'status']);
    expect(envelope.requestId).toMatch(/^[0-9a-f]{32}$/);
    return { ...envelope, httpStatus: response.status, headers: response.headers };
  }

  private async orderCall(body: unknown, headers: Record<string, string> = {}): Promise<RequestInit> {
    return {
      method: 'POST',
      headers: { ...(await this.headers()), 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : stringify(body)!,
    };
  }

  private async headers(): Promise<Record<string, string>> {
    return { 'User-Agent': 'OpenAPI', Authorization: `Bearer ${await this.accessToken()}` };
  }
}
