import fc from 'fast-check';
import { masksOf, tellApart, type Field } from '../../activities/tell-apart';

interface Person {
  id: string;
  company?: string;
  email?: string;
  firstName?: string;
  city?: string;
  phone?: string;
  remark?: string;
}

const fieldsOf = (person: Person): Field[] => [
  { name: 'company', value: person.company, isMain: true },
  { name: 'e-mail', value: person.email, mask: 'email', isMain: true },
  { name: 'first name', value: person.firstName, mask: 'start' },
  { name: 'city', value: person.city },
  { name: 'phone', value: person.phone, mask: 'end' },
  { name: 'remark', value: person.remark, mask: 'hidden' },
];
const described = (...people: Omit<Person, 'id'>[]) =>
  tellApart(
    people.map((person, index) => ({ id: `p${index + 1}`, ...person })),
    fieldsOf,
    ({ id }) => id,
  );
const blue = { company: 'Blue Lagoon Ltd', email: 'office@blue.example', city: 'Bergen' };

it('one alone is shown by its main fields', () => {
  expect(described(blue)).toEqual(['Blue Lagoon Ltd, o…@blue.example']);
});

it('twins are shown with the fields in which they differ, and no others', () => {
  expect(described(blue, { ...blue, city: 'Oslo' })).toEqual([
    'Blue Lagoon Ltd, o…@blue.example, city Bergen',
    'Blue Lagoon Ltd, o…@blue.example, city Oslo',
  ]);
});

it('that one lacks something tells it too', () => {
  const [one, other] = described({ ...blue, phone: '+47 55 00 00 12' }, blue);
  expect([one, other]).toEqual([
    'Blue Lagoon Ltd, o…@blue.example, phone …12',
    'Blue Lagoon Ltd, o…@blue.example, no phone',
  ]);
});

it('what differs in a hidden field alone is said', () => {
  expect(described({ ...blue, remark: 'head office' }, { ...blue, remark: 'call first' })).toEqual([
    'Blue Lagoon Ltd, o…@blue.example, remark … (the rest differs)',
    'Blue Lagoon Ltd, o…@blue.example, remark … (the rest differs)',
  ]);
});

it('two that are the same in everything but the id are said to be', () => {
  expect(described(blue, { ...blue, company: 'BLUE LAGOON LTD' })[0]).toBe(
    'Blue Lagoon Ltd, o…@blue.example, the same as p2 in all that is shown but the id',
  );
});

it('what goes by its id alone is not said to be the same', () => {
  expect(
    tellApart(
      ['a', 'b'],
      () => [],
      (id) => id,
    ),
  ).toEqual(['', '']);
});

it('thousands are described', () => {
  const many = Array.from({ length: 2_000 }, (_, index) => ({ ...blue, phone: `+47 ${index}` }));
  expect(described(...many)).toHaveLength(2_000);
});

describe('masked forms', () => {
  it.each([
    [
      ['anna@x.example', 'andrea@x.example'],
      ['a…a@x.example', 'a…a@x.example'],
    ],
    [['anna@x.example', 'annab@x.example'], undefined],
    [['jon.k.smith@x.example', 'jon.m.smith@x.example'], undefined],
    [
      ['branch@x.example', 'office@x.example'],
      ['b…@x.example', 'o…@x.example'],
    ],
  ])('of %j tell them apart and show none whole', (emails, notThese) => {
    const masks = masksOf(emails, 'email');
    expect(new Set(masks).size).toBe(2);
    emails.forEach((email) => masks.forEach((mask) => expect(mask).not.toContain(email.split('@')[0])));
    if (emails[0] === 'branch@x.example') expect(masks).toEqual(notThese);
  });

  it('never show a text whole that has more than one letter', () => {
    const text = fc.string({ minLength: 2, maxLength: 20 }).filter((one) => one.trim().length === one.length);
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 4 }),
        fc.constantFrom<'start' | 'end'>('start', 'end'),
        (all, mask) => {
          masksOf(all, mask).forEach((shown, index) => {
            const parts = shown
              .replace(/ \(\d+ letters\)$/, '')
              .split('…')
              .join('');
            expect([...parts].length).toBeLessThan([...all[index]!].length);
          });
        },
      ),
    );
  });
});
