import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { FIRST_PREVIOUS_HASH, hashOf, verifyChain, type ChainedEvent } from '../../ledger/hash-chain';

type Event = ChainedEvent & { hash: string };

function chainOf(contents: readonly unknown[]): Event[] {
  const events: Event[] = [];
  for (const data of contents) {
    const event = {
      record: 'purchase' as const,
      id: 'chain-1',
      seq: events.length + 1,
      at: new Date(1_700_000_000_000 + events.length),
      actor: 'test',
      kind: 'said',
      data,
      changed: { purchases: { status: 'ordering' } },
      eventId: null,
      previousHash: events.at(-1)?.hash ?? FIRST_PREVIOUS_HASH,
    };
    events.push({ ...event, hash: hashOf(event) });
  }
  return events;
}
const headOf = (events: Event[]) => ({ eventCount: events.length, headHash: events.at(-1)!.hash });

const isFound = (tampered: Event[], written: Event[]) => !verifyChain(tampered, headOf(written)).ok;

const contents = fc.array(fc.jsonValue(), { minLength: 2, maxLength: 8 });
const chainAndPlace = contents.chain((list) => fc.tuple(fc.constant(list), fc.nat(list.length - 1)));
const chainAndTwoPlaces = contents.chain((list) =>
  fc.tuple(fc.constant(list), fc.nat(list.length - 1), fc.nat(list.length - 1)),
);
const sha256 = fc
  .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 64, maxLength: 64 })
  .map((digits) => digits.join(''));

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

/** What else a field of an event could say. */
const FIELDS: { [Field in keyof Event]: fc.Arbitrary<Event[Field]> } = {
  record: fc.constantFrom('purchase', 'deal'),
  id: fc.string(),
  seq: fc.integer(),
  at: fc.date({ noInvalidDate: true }),
  actor: fc.string(),
  kind: fc.string(),
  data: fc.jsonValue(),
  changed: fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.string())),
  eventId: fc.string(),
  previousHash: sha256,
  hash: sha256,
};

it.each(Object.entries(FIELDS))(
  'an event whose %s was changed is found, wherever it stands',
  (name, other) => {
    const field = name as keyof Event;
    fc.assert(
      fc.property(chainAndPlace, other as fc.Arbitrary<unknown>, ([list, place], value) => {
        const events = chainOf(list);
        const event = events[place]!;
        fc.pre(!isDeepStrictEqual(event[field], value));
        const forged: Event = { ...event, [field]: value };
        expect(isFound(events.with(place, forged), events)).toBe(true);
        if (field === 'hash') return;
        const signed = { ...forged, hash: hashOf(forged) };
        expect(isFound(events.with(place, signed), events)).toBe(true);
        const rest = events.slice(place + 1);
        expect(isFound(following([...events.slice(0, place), signed], rest), events)).toBe(true);
      }),
    );
  },
);

it.each<[string, (events: Event[], place: number, other: number) => Event[]]>([
  ['removed', (events, place) => events.toSpliced(place, 1)],
  ['removed with all that follow', (events, place) => events.slice(0, place)],
  ['written twice', (events, place) => events.toSpliced(place, 0, events[place]!)],
  ['inserted', (events, place) => events.toSpliced(place, 0, invented(events, place))],
  ['added', (events) => [...events, invented(events, events.length)]],
  ['swapped with another', swapped],
])('an event that was %s is found, wherever it stands', (_how, tamper) => {
  fc.assert(
    fc.property(chainAndTwoPlaces, ([list, place, other]) => {
      const events = chainOf(list);
      fc.pre(tamper !== swapped || place !== other);
      const tampered = tamper(events, place, other);
      expect(isFound(tampered, events)).toBe(true);
      // With all numbers and hashes made anew, only the end that is kept with the purchase tells.
      expect(isFound(following([], tampered), events)).toBe(true);
    }),
  );
});

/** Events numbered and chained after others, as if they had been written so. */
function following(before: Event[], rest: Event[]): Event[] {
  const events = [...before];
  for (const { hash: _, ...event } of rest) {
    const previousHash = events.at(-1)?.hash ?? FIRST_PREVIOUS_HASH;
    const next = { ...event, seq: events.length + 1, previousHash };
    events.push({ ...next, hash: hashOf(next) });
  }
  return events;
}

/** An event that nobody wrote, with the number and the hash that belong in its place. */
function invented(events: Event[], place: number): Event {
  return following(events.slice(0, place), [{ ...events[0]!, data: 'invented' }])[place]!;
}

function swapped(events: Event[], place: number, other: number): Event[] {
  return events.with(place, events[other]!).with(other, events[place]!);
}
