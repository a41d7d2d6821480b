/** A message of a Postgres client, whole, as it came. */
export interface ClientMessage {
  /** The protocol's letter; the messages before a session begins have none and are told by name. */
  type: string;
  bytes: Buffer;
}

const LARGEST_MESSAGE = 64 * 1024 * 1024;
const START = 196_608;
const BEFORE_START: Record<number, string> = {
  [START]: 'start',
  80_877_102: 'cancel',
  80_877_103: 'encryption',
  80_877_104: 'encryption',
};

/** Cuts the bytes of one client into messages, however the network has cut them. */
export class ClientMessages {
  private rest: Buffer = Buffer.alloc(0);
  private hasStarted = false;

  /** @throws Error when the bytes are not of this protocol */
  *read(bytes: Buffer): Generator<ClientMessage> {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    for (let message = this.next(); message !== undefined; message = this.next()) yield message;
  }

  private next(): ClientMessage | undefined {
    const letters = this.hasStarted ? 1 : 0;
    if (this.rest.length < letters + 4) return undefined;
    const length = this.rest.readInt32BE(letters);
    if (length < (this.hasStarted ? 4 : 8) || length > LARGEST_MESSAGE)
      throw new Error('not a message of the Postgres protocol');
    if (this.rest.length < letters + length) return undefined;
    const bytes = this.rest.subarray(0, letters + length);
    this.rest = this.rest.subarray(letters + length);
    return { type: this.typeOf(bytes), bytes };
  }

  private typeOf(bytes: Buffer): string {
    if (this.hasStarted) return String.fromCharCode(bytes[0]!);
    const type = BEFORE_START[bytes.readInt32BE(4)];
    if (type === undefined) throw new Error('not a message of the Postgres protocol');
    this.hasStarted = type === 'start';
    return type;
  }
}
