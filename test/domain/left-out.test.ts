import { readDecision } from '../../domain/decision';
import { readDealDecision } from '../../domain/deal-decision';
import { readFilledIn } from '../../domain/filled-in';
import { fingerprintOf } from '../../validation/fingerprint';
import { parseRequest, parseRequestText } from '../../validation/request-schema';
import { tutorialRequest } from '../support/requests';

const request = tutorialRequest('left-out-1');
const EMPTY = [null, undefined, '', '  ', '\u200b'];

/** What it means that a field of a request is not there: the whole table. */
const MEANING = {
  requestId: 'is missing',
  license: 'is missing',
  plan: 'is missing',
  extensions: 'is missing',
  years: 'is missing',
  services: 'none',
  billingContact: 'the only one',
  poNumber: 'one of our own',
} as const;

describe.each(Object.entries(MEANING))('of a request, %s that is not there: %s', (field, meaning) => {
  const { [field]: _, ...without } = { ...request } as Record<string, unknown>;

  it.each(EMPTY)('is the same as %j', (empty) => {
    const given = { ...without, [field]: empty };
    if (meaning === 'is missing') {
      expect(() => parseRequest(given)).toThrow(new RegExp(`${field}.*: expected .*; came nothing`));
    } else {
      expect(parseRequest(given)).toEqual(parseRequest(without));
      expect(parseRequest(given)).not.toHaveProperty(field);
      expect(fingerprintOf(parseRequest(given))).toBe(fingerprintOf(parseRequest(without)));
    }
  });
});

it('the same as JSON', () => {
  const json = JSON.stringify({ ...request, services: null, billingContact: '', poNumber: '' });
  const { services: _1, billingContact: _2, poNumber: _3, ...rest } = request;
  expect(parseRequestText(json)).toEqual(rest);
});

it('services that are empty are none of them', () => {
  const services = ['Disaster Recovery', '', null, ' \u200b'];
  expect(parseRequest({ ...request, services }).services).toEqual(['Disaster Recovery']);
});

it('a key that is not known is refused, empty or not', () => {
  for (const empty of EMPTY) expect(() => parseRequest({ ...request, colour: empty })).toThrow(/colour/);
});

describe('for whom a license is', () => {
  const existing = { kind: 'existing', serialNumber: '3651E1292455' };
  const forBlue = { kind: 'new', partner: { email: 'it@blue.example' } };
  const licenseOf = (license: unknown) => parseRequest({ ...request, license }).license;

  it.each(EMPTY)('the other kind may stand beside it, empty: %j', (empty) => {
    expect(licenseOf({ ...existing, partner: empty })).toEqual(existing);
    expect(licenseOf({ ...existing, partner: { email: empty } })).toEqual(existing);
    expect(licenseOf({ ...existing, partner: {} })).toEqual(existing);
    expect(licenseOf({ ...forBlue, serialNumber: empty })).toEqual(forBlue);
    expect(licenseOf({ kind: 'new', partner: { ...forBlue.partner, company: empty } })).toEqual(forBlue);
    expect(readFilledIn({ license: { ...existing, partner: empty } })).toEqual({ license: existing });
  });

  it.each(EMPTY.filter((empty) => empty !== undefined))(
    'does not become oneself by what is empty: %j',
    (empty) => {
      for (const license of [
        { kind: 'new', partner: empty },
        { kind: 'new', partner: { email: empty } },
        { kind: 'new', partner: {} },
        { kind: 'new', serialNumber: empty },
        { kind: 'new', serialNumber: empty, partner: empty },
        { kind: empty },
        {},
      ]) {
        expect(() => licenseOf(license)).toThrow(/license/);
        expect(readFilledIn({ license })).toMatch(/license: expected/);
      }
    },
  );

  it('both together are refused as ever', () => {
    expect(() => licenseOf({ ...existing, ...forBlue })).toThrow(/serial number/);
    expect(() => licenseOf({ ...forBlue, ...existing })).toThrow(/partner/);
  });
});

it('a billing contact that is there and empty is none, not the only one', () => {
  for (const billingContact of [{}, { email: null }, { email: '' }]) {
    expect(() => parseRequest({ ...request, billingContact })).toThrow(
      /billingContact: expected exactly one/,
    );
  }
  const billingContact = { email: 'a@b.example', company: null };
  expect(parseRequest({ ...request, billingContact }).billingContact).toEqual({ email: 'a@b.example' });
});

describe('what a person decides', () => {
  it.each(EMPTY)('without a reason: %j', (why) => {
    expect(readDecision('cancel', { by: 'Ann', why })).toEqual({ verb: 'cancel', by: 'Ann' });
    expect(readDealDecision('buy', { by: 'Ann', why, fill: why })).toEqual({ verb: 'buy', by: 'Ann' });
  });

  it.each(EMPTY)('but never without who did: %j', (by) => {
    expect(readDecision('cancel', { by })).toMatch(/by: expected/);
    expect(readDealDecision('buy', { by })).toMatch(/by: expected/);
  });

  it.each(EMPTY)('of several answers the one that is told: %j', (empty) => {
    expect(readDecision('settle', { created: 'ZC1', notCreated: empty, by: 'Ann' })).toEqual({
      ...{ verb: 'settle', created: 'ZC1', by: 'Ann' },
    });
    expect(readDecision('choose', { id: empty, by: 'Ann' })).toMatch(/expected/);
    expect(readDecision('settle', { created: empty, notCreated: empty, by: 'Ann' })).toMatch(/expected/);
  });

  it.each(EMPTY)('fills in nothing: %j', (empty) => {
    expect(readFilledIn({ plan: 'Ultimate', services: empty, years: empty, license: empty })).toEqual({
      plan: 'Ultimate',
    });
    expect(readFilledIn({ plan: empty })).toMatch(/expected/);
  });
});
