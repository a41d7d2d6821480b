import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';
import { present } from '../domain/optional';

/** An answer of the vendor: text as it came, for a lossless reading. */
export interface Answer {
  httpStatus: number;
  body: string;
  /** SHA-256 (hex) of the body's bytes. */
  bodySha256: string;
  retryAfter?: string;
  /** The vendor's clock (RFC 9110, 6.6.1). */
  date?: string;
  contentType?: string;
  /** Where a redirect leads; it is not followed. */
  location?: string;
}

/** A call that brought no answer. */
export interface NoAnswer {
  /** Node's or axios's code, such as ECONNREFUSED. */
  errorCode: string;
  /** Proven: no connection to the vendor was ever made, so that nothing can have been sent. */
  neverConnected: boolean;
}

export interface Call {
  method: 'GET' | 'POST';
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: string;
  contentType?: string;
  authorization?: string;
  /** For the whole call, from name lookup to the last byte, in ms. */
  deadlineMs: number;
  /** An answer that is longer is none of the vendor's: it is not read to its end. */
  maxBytes: number;
  /** A connection of its own, never one from the pool: the pool's may be closing at that very moment. */
  ownConnection?: boolean;
}

/** Is told of each call once it has ended; nothing depends on it. */
export type CallObserver = (call: Call, end: Answer | NoAnswer, seconds: number) => void;

/** The error code of an answer that was cut off because it exceeded the limit. */
export const TOO_LARGE = 'RESPONSE_TOO_LARGE';

/**
 * Calls over HTTP. Follows no redirect, parses nothing, throws nothing of axios: its errors hold the request with its
 * headers. `User-Agent: OpenAPI` is required on every call (vendor reference, every page).
 */
export class Transport {
  private readonly axios: AxiosInstance;
  private readonly agents: { httpAgent: http.Agent; httpsAgent: https.Agent };

  constructor(
    url: string,
    private readonly observe?: CallObserver,
  ) {
    this.agents = {
      httpAgent: new http.Agent({ keepAlive: true }),
      httpsAgent: new https.Agent({ keepAlive: true }),
    };
    this.axios = axios.create({
      baseURL: url,
      adapter: 'http',
      headers: { 'User-Agent': 'OpenAPI' },
      maxRedirects: 0,
      // Straight to the vendor: nothing in between may repeat an order.
      proxy: false,
      validateStatus: () => true,
      responseType: 'arraybuffer',
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
    });
  }

  /** Resolves with the answer, or with why there is none; never rejects. */
  async call(call: Call): Promise<Answer | NoAnswer> {
    const begunAt = performance.now();
    const end = await this.send(call);
    try {
      this.observe?.(call, end, (performance.now() - begunAt) / 1000);
    } catch {
      // An order may just have been taken: whoever watches must not hide what came of it.
    }
    return end;
  }

  private async send(call: Call): Promise<Answer | NoAnswer> {
    const connections = new ConnectionWatch();
    const agents = call.ownConnection ? connections.agents() : this.agents;
    try {
      const response: AxiosResponse<Buffer> = await this.axios.request({
        ...agents,
        method: call.method,
        url: call.path,
        ...present({ params: call.query, data: call.body }),
        headers: {
          Accept: 'application/json',
          ...(call.contentType !== undefined && { 'Content-Type': call.contentType }),
          ...present({ Authorization: call.authorization }),
        },
        maxContentLength: call.maxBytes,
        timeout: call.deadlineMs,
        // The timeout alone bounds silence, not the whole call.
        signal: AbortSignal.timeout(call.deadlineMs),
      });
      return answerOf(response);
    } catch (error) {
      return {
        errorCode: errorCodeOf(error),
        neverConnected: call.ownConnection === true && connections.neverMade,
      };
    }
  }

  close(): void {
    this.agents.httpAgent.destroy();
    this.agents.httpsAgent.destroy();
  }
}

export function isAnswer(result: Answer | NoAnswer): result is Answer {
  return 'httpStatus' in result;
}

/** Of an error, the code alone: its message may hold an address, its other fields the request with its headers. */
function errorCodeOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  // axios has no code of its own for it.
  if (typeof message === 'string' && message.startsWith('maxContentLength size')) return TOO_LARGE;
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : 'UNKNOWN';
}

function answerOf(response: AxiosResponse<Buffer>): Answer {
  const header = (name: string) => {
    const value: unknown = response.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const bytes = Buffer.from(response.data);
  return {
    httpStatus: response.status,
    body: new TextDecoder().decode(bytes),
    bodySha256: createHash('sha256').update(bytes).digest('hex'),
    ...present({
      retryAfter: header('retry-after'),
      date: header('date'),
      contentType: header('content-type'),
      location: header('location'),
    }),
  };
}

/** Watches the one connection of a call: whether it was ever made is what proves that nothing was sent. */
class ConnectionWatch {
  neverMade = true;

  agents(): { httpAgent: http.Agent; httpsAgent: https.Agent } {
    const httpAgent = new http.Agent({ keepAlive: false });
    const httpsAgent = new https.Agent({ keepAlive: false });
    const connections = [
      [httpAgent, 'connect'],
      // Behind TLS nothing of the request leaves before the handshake is done.
      [httpsAgent, 'secureConnect'],
    ] as const;
    for (const [agent, made] of connections) {
      type Create = (...args: unknown[]) => Socket | TLSSocket;
      const overridable = agent as unknown as { createConnection: Create };
      const create = overridable.createConnection.bind(agent);
      overridable.createConnection = (...args) => {
        const socket = create(...args);
        socket.once(made, () => {
          this.neverMade = false;
        });
        return socket;
      };
    }
    return { httpAgent, httpsAgent };
  }
}
