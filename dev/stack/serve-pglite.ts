import type { PGlite } from '@electric-sql/pglite';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { ClientMessages, type ClientMessage } from './client-messages';
import { Turns } from './turns';

/** With these a turn is complete: start of a session, simple query, Sync, Flush, and the parts of a copy. */
const ENDS_A_TURN = new Set(['start', 'Q', 'S', 'H', 'F', 'd', 'c', 'f', 'p']);

/** PGlite behind a Unix socket, for any number of Postgres clients. */
export interface ServedPGlite {
  /** Turns all clients away. */
  close(): Promise<void>;
}

/**
 * Serves PGlite as a Postgres server. Whoever can open the socket is served: the folder that it is in keeps others out.
 *
 * @param socketPath where a socket that a killed server left is replaced
 * @param onFailure told when PGlite itself has failed: nothing can be served after that
 */
export async function servePGlite(
  db: PGlite,
  socketPath: string,
  onFailure: (error: unknown) => void,
): Promise<ServedPGlite> {
  const turns = new Turns(db, onFailure);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveClient(socket, turns);
  });
  await rm(socketPath, { force: true });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      sockets.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}

function serveClient(socket: Socket, turns: Turns): void {
  const client = {
    send(answer: Uint8Array) {
      // A copy: PGlite writes its next answer into the same memory.
      if (socket.writable) socket.write(Buffer.from(answer));
    },
    drop: () => void socket.destroy(),
  };
  const incoming = new ClientMessages();
  let turn: Uint8Array[] = [];
  const take = ({ type, bytes }: ClientMessage) => {
    if (type === 'encryption') return void socket.write('N');
    if (type === 'cancel' || type === 'X') return void socket.end();
    turn.push(bytes);
    if (!ENDS_A_TURN.has(type)) return;
    turns.take(client, turn);
    turn = [];
  };
  socket.on('data', (bytes: Buffer) => {
    try {
      for (const message of incoming.read(bytes)) take(message);
    } catch {
      socket.destroy();
    }
  });
  // 'close' follows and does what there is to do; unheard, an error would end the process.
  socket.on('error', () => undefined);
  socket.on('close', () => turns.leave(client));
}
