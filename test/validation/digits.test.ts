import fc from 'fast-check';
import { digitsOf } from '../../validation/json-text';

it.each([
  ['7781', '7781'],
  ['7781.0', '7781'],
  ['7781.000', '7781'],
  ['7.781E3', '7781'],
  ['7.781e+3', '7781'],
  ['77810E-1', '7781'],
  ['0.0007781E7', '7781'],
  ['1.23456789E8', '123456789'],
  ['1E2', '100'],
  ['1e0', '1'],
  ['9007199254740993.0', '9007199254740993'],
  ['3.197218168379846218E18', '3197218168379846218'],
  ['-7781.0', '-7781'],
  ['0', '0'],
  ['0.0', '0'],
  ['-0.0', '0'],
  ['0E5', '0'],
  ['0e999999', '0'],
])('the whole number %s is written %s', (number, digits) => {
  expect(digitsOf(number)).toBe(digits);
});

it.each([
  ['0.5', '0.5'],
  ['12.50', '12.50'],
  ['1.234567895E8', '123456789.5'],
  ['5E-1', '0.5'],
  ['-1.25e-3', '-0.00125'],
])('the fraction %s stays exact: %s', (number, digits) => {
  expect(digitsOf(number)).toBe(digits);
});

it.each(['1e999999', '1E-999999', '-1e401', `1e${'9'.repeat(1000)}`, '1'.repeat(1000), 'NaN', '', '7781 '])(
  'what would be too long, or is no number, stays as it is: %.20s',
  (number) => {
    expect(digitsOf(number)).toBe(number);
  },
);

it('nothing is rounded: whatever digits there are, however they are written', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.nat({ max: 45 }), (value, places) => {
      const digits = String(value);
      expect(digitsOf(`${digits}E${places}`)).toBe(String(value * 10n ** BigInt(places)));
      expect(digitsOf(`${digits}${'0'.repeat(places)}e-${places}`)).toBe(digits);
      expect(digitsOf(`${digits.slice(0, 1)}.${digits.slice(1)}0E${digits.length - 1}`)).toBe(digits);
    }),
  );
});
