import type { EventRecord } from '../ledger/hash-chain';
import { present } from '../domain/optional';

/** Who cancelled. */
export interface Cancellation {
  by: string;
  why?: string;
  via?: string;
  at: Date;
}

/** Who cancelled, by the events of a purchase; a run that was cancelled in Temporal tells no more than that it was. */
export function cancellationIn(events: readonly EventRecord[]): Cancellation | undefined {
  const decided = events.findLast(
    ({ kind, data }) => kind === 'decision' && fieldsOf(data).verb === 'cancel',
  );
  if (decided !== undefined) {
    const { why, via } = fieldsOf(decided.data);
    return { by: decided.actor, at: decided.at, ...present({ why, via }) };
  }
  const ended = events.findLast(({ kind }) => kind === 'cancelled' || kind === 'cancellation-too-late');
  return ended && { by: 'somebody in Temporal', at: ended.at };
}

function fieldsOf(data: unknown): { verb?: string; why?: string; via?: string } {
  return typeof data === 'object' && data !== null ? data : {};
}
