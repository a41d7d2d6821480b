import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server over TCP that can be cut and mended. */
export interface WayTo {
  /** host:port */
  address: string;
  /** Cuts what is open, and takes no new connection. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
}

/** @param target host:port @param isOpen otherwise it takes connections and answers on none, until it was away and has come back */
export async function wayTo(target: string, { isOpen = false } = {}): Promise<WayTo> {
  const sockets = new Set<Socket>();
  const state = { answers: isOpen };
  const keep = (socket: Socket, other: Socket | undefined) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => other?.destroy());
  };
  const server = createServer((incoming) => {
    if (!state.answers) return keep(incoming, undefined);
    const [host, port] = target.split(':');
    const outgoing = connect(Number(port), host);
    keep(incoming, outgoing);
    keep(outgoing, incoming);
    incoming.pipe(outgoing).pipe(incoming);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    async leave() {
      sockets.forEach((socket) => socket.destroy());
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
    async comeBack() {
      state.answers = true;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}
