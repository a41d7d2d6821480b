import { growthOf, LONG_TEXTS } from '../support/growth';
import { ERASED, holdsErased, isOfPerson, replacePersonal } from '../../domain/personal';

/** What is replaced in a value, each with its field. */
function personalIn(value: unknown): string[] {
  const found: string[] = [];
  const replace = (text: string, field: string) => {
    found.push(`${field}: ${text}`);
    return '#';
  };
  replacePersonal(value, { replace, isForeign: () => false });
  return found;
}

it.each<[string, unknown, string[]]>([
  [
    'an address of a reference',
    { partner: { email: 'it@desk.example' } },
    ['partner.email: it@desk.example'],
  ],
  ['an address in a text', { message: 'no such contact: <it@desk.example>.' }, ['message: it@desk.example']],
  ['one that is shortened', { asked: 'the e-mail address a…@desk.example' }, ['asked: a…@desk.example']],
  [
    'by the number of its letters',
    { asked: 'Blue, a… (4 letters)@desk.example' },
    ['asked: a… (4 letters)@desk.example'],
  ],
  [
    'one in the text of an order',
    { body: '{"poNumber":"it@desk.example","x":1}' },
    ['body: it@desk.example'],
  ],
  [
    'parts of a name, a street and a number',
    [{ description: 'Blue Ltd, first name An…, last name d…e (the rest differs), phone …12, city Kiel' }],
    ['0.description: An…', '0.description: d…e', '0.description: …12'],
  ],
  [
    'whoever decided',
    { message: 'Ann A. decided that the order was not created: it is ordered again.' },
    ['message: Ann A.'],
  ],
  [
    'also within a refusal',
    { message: 'nothing came of attempt 1: Ann decided that the order was not created' },
    ['message: Ann'],
  ],
  ['what they said', { why: 'Bob told me' }, ['why: Bob told me']],
  ['whose session it was', { via: 'wonce command, Ann Arbor@desk' }, ['via: Ann Arbor@desk']],
  ['whose token it was', { via: 'page, token 0a1b2c3d' }, ['via: token 0a1b2c3d']],
  ['who began it on the page', { via: 'page, token 0a1b2c3d, Ann' }, ['via: token 0a1b2c3d, Ann']],
  ['whom a provider vouches for', { via: 'page, OpenID Connect of id.example, Ann' }, ['via: Ann']],
  ['whoever uses the machine', { via: 'page without sign-in, ann' }, ['via: ann']],
  [
    'who asked for an order, and who approved it',
    { question: { approval: { askedBy: [{ by: 'Ann', via: 'npm start' }], given: [{ by: 'Ben' }] } } },
    ['question.approval.askedBy.by: Ann', 'question.approval.given.by: Ben'],
  ],
  [
    'the fingerprint of a request with an address',
    { request: { billingContact: { email: 'it@desk.example' } }, fingerprint: 'f' },
    ['request.billingContact.email: it@desk.example', 'fingerprint: f'],
  ],
])('%s is personal', (_what, value, found) => {
  expect(personalIn(value)).toEqual(found.map((one) => one.replace(/^0\./, '')));
});

it.each<[string, unknown]>([
  ['a company', { billingContact: { company: 'Blue Lagoon Ltd' } }],
  ['an id', { billingContact: { billingContactId: '3197218168379846218' } }],
  ['what an outcome says', { why: 'not-sent', message: 'down' }],
  ['a door that is nobody', { via: 'page, OpenID Connect of login.example' }],
  ['a fingerprint of a request without a person', { request: { poNumber: '1' }, fingerprint: 'f' }],
  ['a time and a number', { at: new Date(0), extensions: 100, isTrial: false, none: null, empty: '' }],
])('%s is not', (_what, value) => {
  expect(personalIn(value)).toEqual([]);
});

it('a person is known by their address in any case, in a text, and by its mask, and no other is', () => {
  const person = 'it@Desk.example';
  for (const value of ['IT@desk.example', 'she (it@desk.example) asked', 'i…@desk.example'])
    expect(isOfPerson(value, person)).toBe(true);
  for (const value of ['exit@desk.example', 'a…@desk.example', 'i…@other.example', 'it', ERASED])
    expect(isOfPerson(value, person)).toBe(false);
  expect([isOfPerson('ann', 'Ann'), isOfPerson('Annette', 'Ann')]).toEqual([true, false]);
});

it.each(LONG_TEXTS)(
  'a text of four times the length is read in about four times the time: %s',
  (_name, text) => {
    expect(
      growthOf((size) => personalIn({ message: text(size), why: '', asked: text(size) }), 5_000),
    ).toBeLessThan(8);
  },
);

it('what was erased is seen, however deep', () => {
  expect(holdsErased({ a: [{ b: `PO ${ERASED}` }] })).toBe(true);
  expect(holdsErased(undefined)).toBe(false);
});
