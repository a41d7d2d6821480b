import { verifyChain, type Broken, type ChainedEvent, type Verification } from './hash-chain';
import type { Link } from './ledger-chain';
import { differencesOf, rebuild } from './rebuild';
import type { RecordKind } from './record-kinds';
import type { StoredRecord } from './stored-records';

/**
 * Whether a record is what was written: its events follow each other, each has its link in the chain of the whole ledger,
 * and its rows are what its events say. Pure.
 */
export function verifyRecord(kind: RecordKind, record: StoredRecord): Verification {
  const { id, row, parts, events, links } = record;
  if (row === null) return isGone(kind, record);
  const head = { eventCount: Number(row.event_count), headHash: String(row.head_hash) };
  const chain = verifyChain(events, head);
  if (!chain.ok) return chain;
  const unsealed = verifyLinks(events, links);
  if (unsealed !== undefined) return unsealed;
  if (events.length === 0) return broken(1, `no event tells of this ${kind}`);
  const differences = differencesOf(kind, rebuild(kind, id, events), { row, parts });
  return differences.length === 0 ? chain : broken(events.length, differences.join('; '));
}

function isGone(kind: RecordKind, { events, links }: StoredRecord): Broken {
  const first = links[0] === undefined ? '' : `, the first as link ${links[0].seq}`;
  return broken(
    1,
    `the ${kind} is gone: ${links.length} events of it are in the chain of the ledger${first}, ` +
      `${events.length} of them are still there`,
  );
}

/** Each event has its link, each link its event, in the same order. */
function verifyLinks(
  events: readonly (ChainedEvent & { hash: string })[],
  links: readonly Link[],
): Broken | undefined {
  for (let place = 0; place < Math.max(events.length, links.length); place++) {
    const [event, link] = [events[place], links[place]];
    const seq = place + 1;
    if (link === undefined) return broken(seq, 'is not in the chain of the ledger');
    if (event === undefined)
      return broken(seq, `is missing: the chain of the ledger has it as link ${link.seq}`);
    if (link.eventSeq !== event.seq || link.eventHash !== event.hash)
      return broken(seq, `is not what the chain of the ledger has as link ${link.seq}`);
  }
  return undefined;
}

function broken(seq: number, problem: string): Broken {
  return { ok: false, seq, problem };
}
