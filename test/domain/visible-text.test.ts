import fc from 'fast-check';
import { readDecision } from '../../domain/decision';
import { readDealDecision } from '../../domain/deal-decision';
import { readFilledIn } from '../../domain/filled-in';
import { fingerprintOf } from '../../validation/fingerprint';
import { sameName } from '../../domain/names';
import { Refusal } from '../../domain/refusal';
import { parseRequest } from '../../validation/request-schema';
import { isBlank, plainId, plainText, visibleText } from '../../domain/visible-text';

/** What nobody can see, of each kind, by its code. */
const INVISIBLE = [
  ...[0x00ad, 0x034f, 0x061c, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f],
  ...[0x202a, 0x202e, 0x2060, 0x2064, 0x2066, 0x2069, 0x206f, 0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff9],
  ...[0xfffc, 0xe0001, 0xe0041, 0xe0100],
].map((code) => String.fromCodePoint(code));

const named = INVISIBLE.map((mark) => [`U+${mark.codePointAt(0)!.toString(16)}`, mark] as const);

/** A text with the mark before, in and after it. */
const around = (text: string, mark: string) => `${mark}${text.slice(0, 1)}${mark}${text.slice(1)}${mark}`;

function requestWith(mark: string, spell: (text: string, mark: string) => string) {
  return {
    requestId: spell('deal-4711', mark),
    license: { kind: 'existing', serialNumber: spell('3651E1292455', mark) },
    plan: spell('Ultimate', mark),
    extensions: 100,
    services: [spell('Disaster Recovery', mark), { service: spell('Hotel PMS', mark), quantity: 2 }],
    years: 2,
    billingContact: { email: spell('accounts@reseller.example', mark) },
    poNumber: spell('PO-7781', mark),
  };
}

const asItIs = (text: string) => text;

describe.each(named)('%s, which nobody can see', (_name, mark) => {
  it('changes no text of a request', () => {
    const seen = parseRequest(requestWith(mark, around));
    expect(seen).toEqual(requestWith(mark, asItIs));
    expect(fingerprintOf(seen)).toBe(fingerprintOf(parseRequest(requestWith(mark, asItIs))));
  });

  it.each([
    { kind: 'new', partner: { partnerId: '3076915454489739267' } },
    { kind: 'new', partner: { email: 'it@blue.example' } },
    { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } },
  ])('changes not for whom a license is: $partner', ({ kind, partner }) => {
    const [[key, value]] = Object.entries(partner) as [[string, string]];
    const license = { kind, partner: { [key]: around(value, mark) } };
    expect(parseRequest({ ...requestWith(mark, asItIs), license }).license).toEqual({ kind, partner });
  });

  it('changes no name that is compared', () => {
    expect(sameName(around('Blue Lagoon Ltd', mark), 'blue lagoon ltd')).toBe(true);
  });

  it('changes nothing of what a person decides or fills in', () => {
    const about = { by: 'Ann' };
    expect(readDecision('choose', { id: around('307', mark), ...about })).toEqual({
      ...{ verb: 'choose', id: '307', by: 'Ann' },
    });
    expect(readDecision('settle', { created: around('ZC1', mark), ...about })).toMatchObject({
      created: 'ZC1',
    });
    const fill = { plan: around('Ultimate', mark), poNumber: around('PO-1', mark) };
    expect(readDealDecision('fill', { fill, ...about })).toEqual({
      ...{ verb: 'fill', by: 'Ann', fill: { plan: 'Ultimate', poNumber: 'PO-1' } },
    });
  });

  it('alone is nothing', () => {
    expect(isBlank(mark)).toBe(true);
    expect(() => parseRequest({ ...requestWith(mark, asItIs), plan: mark })).toThrow(/plan: expected/);
    expect(readFilledIn({ plan: mark })).toMatch(/plan: expected/);
  });
});

it.each(['\u00a0', '\u2007', '\u202f', '\u3000', '\u2003', '\u2800'])('%j is a blank', (blank) => {
  expect(visibleText(`${blank}PO${blank}7781${blank}`)).toBe('PO 7781');
  expect(plainId(`3651${blank}E129`)).toBe('3651E129');
  expect(sameName(`Disaster${blank}Recovery`, 'Disaster Recovery')).toBe(true);
  expect(parseRequest({ ...requestWith('', asItIs), poNumber: `PO${blank}7781` }).poNumber).toBe('PO 7781');
});

it('what is pasted out of a document between letters that come apart is taken away too', () => {
  expect(sameName('Caf\u0065\u034f\u0301', 'caf\u00e9')).toBe(true);
});

describe('letters and digits of full width', () => {
  it('are those of usual width in serial numbers and ids', () => {
    const request = requestWith('', asItIs);
    const license = { kind: 'existing', serialNumber: '３６５１ｅ１２９２４５５' };
    expect(parseRequest({ ...request, license }).license).toEqual(request.license);
    expect(parseRequest({ ...request, plan: '１００１' }).plan).toBe('1001');
    expect(
      parseRequest({ ...request, billingContact: { billingContactId: '３１９７' } }).billingContact,
    ).toEqual({ billingContactId: '3197' });
    expect(readDecision('choose', { id: '３０７', by: 'Ann' })).toMatchObject({ id: '307' });
  });

  it('stay in a purchase order number, which is passed on', () => {
    expect(parseRequest({ ...requestWith('', asItIs), poNumber: '注文７' }).poNumber).toBe('注文７');
  });
});

it.each(['36\u0415E1292455', '3651E129245٥', '3651²'])(
  'a letter that only looks like another is no guess, and the message says so: %s',
  (serialNumber) => {
    const license = { kind: 'existing', serialNumber };
    expect(() => parseRequest({ ...requestWith('', asItIs), license })).toThrow(
      /license\.serialNumber: expected a serial number of digits and the letters A to Z/,
    );
  },
);

it('² is no 2', () => {
  expect(plainText('10²')).toBe('10²');
  expect(parseRequest({ ...requestWith('', asItIs), plan: '10²', services: [] }).plan).toBe('10²');
});

describe('a control character in a text of a request is refused with the field', () => {
  it.each([
    ['poNumber', { poNumber: 'PO-1\nPO-2' }],
    ['plan', { plan: 'Ulti\u0000mate' }],
    ['services.0', { services: ['Disaster\tRecovery'] }],
    ['license.serialNumber', { license: { kind: 'existing', serialNumber: '3651\u0085E1' } }],
    ['license.partner.company', { license: { kind: 'new', partner: { company: 'Blue\u2028GmbH' } } }],
    ['billingContact.email', { billingContact: { email: 'a@b.example\r\nBcc: c' } }],
  ])('%s', (field, change) => {
    const refused = () => parseRequest({ ...requestWith('', asItIs), ...change });
    expect(refused).toThrow(Refusal);
    expect(refused).toThrow(new RegExp(`${field.replaceAll('.', '\\.')}: expected .*`));
  });

  it('but not at its ends, where nobody means it', () => {
    expect(parseRequest({ ...requestWith('', asItIs), poNumber: ' PO-1\r\n' }).poNumber).toBe('PO-1');
  });

  it('nor is it filled in', () => {
    expect(readFilledIn({ poNumber: 'PO-1\nPO-2' })).toMatch(/poNumber: expected/);
  });
});

it('takes long texts in time', () => {
  // Of this process alone: others may keep the machine busy.
  const before = process.cpuUsage();
  for (const piece of ['\u200b', ' ', '\u00a0', 'a ', '\u200b a', '\n']) {
    const long = piece.repeat(100_000);
    visibleText(long);
    plainId(long);
    sameName(long, `${long}b`);
  }
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
});

it('what is visible already stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(visibleText(visibleText(text))).toBe(visibleText(text));
      expect(plainId(plainId(text))).toBe(plainId(text));
    }),
  );
});
