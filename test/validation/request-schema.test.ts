import fc from 'fast-check';
import { Refusal } from '../../domain/refusal';
import { parseRequest, parseRequestText } from '../../validation/request-schema';
import { tutorialRequest } from '../support/requests';

function refusalOf(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return error as Refusal;
  }
  throw new Error('Expected a refusal, and the request was accepted.');
}

const withField = (field: string, value: unknown) => ({ ...tutorialRequest('schema-1'), [field]: value });

describe('a request that is right is accepted', () => {
  it('the tutorial purchase, as it is', () => {
    expect(parseRequest(tutorialRequest('schema-1'))).toEqual(tutorialRequest('schema-1'));
  });

  it('trims text and writes the serial number in capitals', () => {
    const request = parseRequest(withField('license', { kind: 'existing', serialNumber: ' 3651e1292455 ' }));
    expect(request.license).toEqual({ kind: 'existing', serialNumber: '3651E1292455' });
  });

  it.each([
    [{ kind: 'new' }],
    [{ kind: 'new', partner: { partnerId: '9223372036854775807' } }],
    [{ kind: 'new', partner: { email: 'a@b.example' } }],
    [{ kind: 'new', partner: { company: 'Blue GmbH' } }],
  ])('a new license: %j', (license) => {
    expect(parseRequest(withField('license', license)).license).toEqual(license);
  });

  it('ids of any length keep every digit, because they are text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9][0-9]{0,29}$/), (id) => {
        const request = parseRequestText(
          JSON.stringify(withField('billingContact', { billingContactId: id })),
        );
        expect(request.billingContact).toEqual({ billingContactId: id });
      }),
    );
  });
});

describe('bad input is refused with the field, what would be right and what came', () => {
  it.each<[string, unknown, RegExp]>([
    ['years', 0, /years: expected a whole number from 1 to 5; came the number 0/],
    ['years', 6, /years: expected a whole number from 1 to 5; came the number 6/],
    ['years', 'two', /years: expected a whole number from 1 to 5; came the text "two"/],
    ['years', 1.5, /years: expected a whole number from 1 to 5/],
    ['extensions', 0, /extensions: expected a whole number of at least 1; came the number 0/],
    ['extensions', '100', /extensions: expected a whole number of at least 1; came the text "100"/],
    ['extensions', undefined, /extensions: expected a whole number of at least 1; came nothing/],
    ['requestId', 'has blank', /requestId: expected text of 1 to 128 characters/],
    ['requestId', '', /requestId: expected text of 1 to 128 characters/],
    ['requestId', 'x'.repeat(129), /requestId: expected text of 1 to 128 characters/],
    ['plan', '', /plan: expected the name or id of a plan/],
    ['colour', 'red', /colour: expected no such key/],
    ['services', 'Disaster Recovery', /services: expected a list of services/],
    [
      'services',
      [{ service: 'Hotel PMS', quantity: 0 }],
      /services\.0\.quantity: expected a whole number of at least 1/,
    ],
    ['services', [7], /services\.0: expected a name or id as text, or/],
    ['services', ['Hotel PMS', 'hotel pms'], /services\.1: expected each service once/],
    ['billingContact', {}, /billingContact: expected exactly one of billingContactId, email, company/],
    ['billingContact', { email: 'a@b.example', company: 'B' }, /billingContact: expected exactly one of/],
    [
      'billingContact',
      { billingContactId: 42 },
      /billingContact\.billingContactId: expected the billingContactId/,
    ],
    ['license', { kind: 'used' }, /license.*: expected an object with kind "existing"/],
    ['license', { kind: 'existing' }, /license\.serialNumber: expected the serial number/],
  ])('%s = %j', (field, value, message) => {
    const refusal = refusalOf(() => parseRequest(withField(field, value)));
    expect(refusal.code).toBe('InvalidRequest');
    expect(refusal.message).toMatch(message);
  });

  it('malformed JSON', () => {
    const refusal = refusalOf(() => parseRequestText('{"requestId": "a",'));
    expect(refusal.code).toBe('InvalidRequest');
    expect(refusal.message).toMatch(/not JSON/);
  });

  it('a key that stands twice with different values', () => {
    const twice = JSON.stringify(tutorialRequest('schema-1')).replace('"years":2', '"years":2,"years":3');
    expect(refusalOf(() => parseRequestText(twice)).code).toBe('InvalidRequest');
  });

  it.each(['null', '[]', '"text"', '7'])('a JSON value that is no object: %s', (json) => {
    expect(refusalOf(() => parseRequestText(json)).message).toMatch(/expected a JSON object/);
  });

  it.each(['0.99999999999999999999', '100.00000000000000000001', '1e400'])(
    '%s is no number of extensions: it is not rounded to one',
    (digits) => {
      const json = JSON.stringify(tutorialRequest('schema-1')).replace(
        '"extensions":100',
        `"extensions":${digits}`,
      );
      const { message } = refusalOf(() => parseRequestText(json));
      expect(message).toMatch(/extensions: expected/);
      expect(message).toContain(`came the number ${digits}`);
    },
  );

  it('a numeric id beyond 2^53 is refused with its digits, never rounded', () => {
    const json = JSON.stringify(tutorialRequest('schema-1')).replace(
      '"3197218168379846218"',
      '3197218168379846218',
    );
    expect(refusalOf(() => parseRequestText(json)).message).toMatch(
      /billingContact\.billingContactId: expected an id in quotes.*3197218168379846218/,
    );
  });

  it('a number that was rounded before it came here is refused as well', () => {
    const rounded = withField('billingContact', { billingContactId: 9007199254740992 });
    expect(refusalOf(() => parseRequest(rounded)).message).toMatch(/an id in quotes, digit for digit/);
  });

  it('partner and serial number together', () => {
    const both = { kind: 'existing', serialNumber: '3651E1292455', partner: { partnerId: '1' } };
    expect(refusalOf(() => parseRequest(withField('license', both))).message).toMatch(
      /license\.partner: expected no partner with an existing PBX/,
    );
    const new_ = { kind: 'new', serialNumber: '3651E1292455' };
    expect(refusalOf(() => parseRequest(withField('license', new_))).message).toMatch(
      /license\.serialNumber: expected no serial number with a new license/,
    );
  });

  it('Disaster Recovery with Enterprise', () => {
    const refusal = refusalOf(() => parseRequest(withField('plan', 'Enterprise')));
    expect(refusal.code).toBe('ServiceNeedsPlan');
    expect(refusal.message).toMatch(/Disaster Recovery.*Ultimate only/);
  });

  it('every problem is named at once', () => {
    const refusal = refusalOf(() =>
      parseRequest({ ...tutorialRequest('schema-1'), years: 9, extensions: -1 }),
    );
    expect(refusal.details.problems).toHaveLength(2);
  });

  it('no value of any kind makes the check itself fall over', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          parseRequest(value);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
    );
  });
});
