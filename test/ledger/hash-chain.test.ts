import fc from 'fast-check';
import { FIRST_PREVIOUS_HASH, hashOf, verifyChain, type ChainedEvent } from '../../src/ledger/hash-chain';

type Event = ChainedEvent & { hash: string };

function chainOf(contents: readonly unknown[]): Event[] {
  const events: Event[] = [];
  for (const data of contents) {
    const event = {
      requestId: 'chain-1',
      seq: events.length + 1,
      at: new Date(1_700_000_000_000 + events.length),
      actor: 'test',
      kind: 'said',
      data,
      previousHash: events.at(-1)?.hash ?? FIRST_PREVIOUS_HASH,
    };
    events.push({ ...event, hash: hashOf(event) });
  }
  return events;
}
const headOf = (events: Event[]) => ({ eventCount: events.length, headHash: events.at(-1)!.hash });

const contents = fc.array(fc.jsonValue(), { minLength: 2, maxLength: 8 });
const chainAndPlace = contents.chain((list) => fc.tuple(fc.constant(list), fc.nat(list.length - 1)));

it('a chain as it was written holds, whatever the order of keys', () => {
  fc.assert(
    fc.property(contents, (list) => {
      const events = chainOf(list);
      expect(verifyChain(events, headOf(events))).toEqual({ ok: true, events: list.length });
    }),
  );
  const [one] = chainOf([{ a: 1, b: { c: 2, d: 3 } }]);
  expect(hashOf({ ...one!, data: { b: { d: 3, c: 2 }, a: 1 } })).toBe(one!.hash);
});

it.each<[string, (events: Event[], place: number) => Event[]]>([
  [
    'changed',
    (events, place) => events.map((event, at) => (at === place ? { ...event, data: 'forged' } : event)),
  ],
  [
    'given another author',
    (events, place) => events.map((event, at) => (at === place ? { ...event, actor: 'x' } : event)),
  ],
  [
    'moved in time',
    (events, place) => events.map((event, at) => (at === place ? { ...event, at: new Date(0) } : event)),
  ],
  ['removed', (events, place) => events.filter((_, at) => at !== place)],
  ['swapped with another', (events, place) => swap(events, place)],
  [
    'rewritten with a hash of its own',
    (events, place) => events.map((event, at) => (at === place ? forge(event) : event)),
  ],
])('an event that was %s is found, wherever it stands', (_how, tamper) => {
  fc.assert(
    fc.property(chainAndPlace, ([list, place]) => {
      const events = chainOf(list);
      expect(verifyChain(tamper(events, place), headOf(events)).ok).toBe(false);
    }),
  );
});

function swap(events: Event[], place: number): Event[] {
  const other = (place + 1) % events.length;
  return events.map((event, at) => (at === place ? events[other]! : at === other ? events[place]! : event));
}

function forge(event: Event): Event {
  const forged = { ...event, data: 'forged' };
  return { ...forged, hash: hashOf(forged) };
}
