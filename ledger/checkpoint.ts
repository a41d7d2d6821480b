/** Where the chain of the ledger ended at some time. Kept elsewhere, it shows that nothing before was rewritten. */
export interface Checkpoint {
  /** The last link; 0 of a ledger that has none. */
  seq: number;
  hash: string;
  /** When it was taken, ISO 8601, UTC. */
  at: string;
}

const LINE = /^(\d{1,15}) ([0-9a-f]{64}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)$/;

/** One line of text: number, hash and time. */
export function checkpointLine({ seq, hash, at }: Checkpoint): string {
  return `${seq} ${hash} ${at}`;
}

/**
 * Reads checkpoints, a line each; empty lines and what begins with # are passed over.
 *
 * @returns words for what is wrong when a line is none, or there is none
 */
export function readCheckpoints(text: string): Checkpoint[] | string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const checkpoints = [];
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const [, seq, hash, at] = LINE.exec(line) ?? [];
    if (seq === undefined || hash === undefined || at === undefined)
      return `line ${index + 1} is no checkpoint: expected number, hash and time as wonce audit --checkpoint prints them, found "${line.slice(0, 120)}"`;
    checkpoints.push({ seq: Number(seq), hash, at });
  }
  return checkpoints.length > 0 ? checkpoints : 'there is no checkpoint in it';
}
