import { once } from 'node:events';
import {
  connect,
  constants,
  createSecureServer,
  type ClientHttp2Session,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contentsOf, type Certificate } from './certificates';
import type { TlsFront } from './tls-front';

const { HTTP2_HEADER_STATUS, HTTP2_HEADER_CONTENT_TYPE } = constants;
/** gRPC's status for whoever is not known. */
const UNAUTHENTICATED = '16';

interface ApiKeyFrontOptions {
  certificate: Certificate;
  key: string;
  /** gRPC's status of whatever the operator service is asked; without it, it answers. Temporal Cloud has none. */
  operatorService?: '7' | '12';
}

/** A server by TLS that lets in whoever shows the key, as Temporal Cloud does: what speaks gRPC behind it asks nobody. */
export async function apiKeyFront(
  serverAddress: string,
  { certificate, key, operatorService }: ApiKeyFrontOptions,
): Promise<TlsFront> {
  const sessions = new Set<Http2Session>();
  const server = createSecureServer(contentsOf(certificate));
  server.on('session', (session) => {
    const behind = connect(`http://${serverAddress}`);
    for (const [one, other] of [
      [session, behind],
      [behind, session],
    ] as const) {
      sessions.add(one);
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
    session.on('stream', (incoming, headers) => passOn(incoming, headers, behind));
  });
  const passOn = (incoming: ServerHttp2Stream, headers: IncomingHttpHeaders, behind: ClientHttp2Session) => {
    incoming.on('error', () => undefined);
    if (headers.authorization !== `Bearer ${key}`) return refuse(incoming, UNAUTHENTICATED);
    if (operatorService !== undefined && headers[':path']?.includes('.OperatorService/')) {
      return refuse(incoming, operatorService);
    }
    if (behind.destroyed) return incoming.close(constants.NGHTTP2_REFUSED_STREAM);
    const outgoing = behind.request({ ...headers, ':scheme': 'http', ':authority': serverAddress });
    outgoing.on('error', () => incoming.destroyed || incoming.close(constants.NGHTTP2_CANCEL));
    incoming.on('close', () => outgoing.close(constants.NGHTTP2_CANCEL));
    let trailers: OutgoingHttpHeaders = {};
    outgoing.on('trailers', (came: OutgoingHttpHeaders) => {
      trailers = came;
    });
    outgoing.on('response', (answer, flags) => {
      const isWhole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      incoming.respond(answer, { endStream: isWhole, waitForTrailers: !isWhole });
    });
    incoming.on('wantTrailers', () => incoming.sendTrailers(trailers));
    incoming.pipe(outgoing).pipe(incoming);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      sessions.forEach((session) => session.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

function refuse(stream: ServerHttp2Stream, status: string): void {
  const answer = { [HTTP2_HEADER_STATUS]: 200, [HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc' };
  stream.respond(
    { ...answer, 'grpc-status': status, 'grpc-message': 'refused by the front' },
    { endStream: true },
  );
}
