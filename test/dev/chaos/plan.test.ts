import { FAULTS, ROWS, TWINS } from '../../../dev/chaos/faults';
import { planRound } from '../../../dev/chaos/plan';
import { isFailPoint } from '../../../worker/fail-point';
import { fingerprintOf } from '../../../validation/fingerprint';
import { referenceOf } from '../../../validation/reference';
import { parseRequest } from '../../../validation/request-schema';

it('the same seed gives the same round, another seed another', () => {
  expect(planRound(7, 500)).toEqual(planRound(7, 500));
  expect(planRound(8, 500)).not.toEqual(planRound(7, 500));
});

it.each([1, 2, 40, 500])('%i purchases are as many, each with an id and a reference of its own', (count) => {
  const purchases = planRound(7, count).starts.flat();
  expect(purchases).toHaveLength(count);
  expect(new Set(purchases.map(({ request }) => request.requestId)).size).toBe(count);
  expect(new Set(purchases.map(({ request }) => referenceOf(request))).size).toBe(count);
  purchases.forEach(({ request }) => expect(parseRequest(request)).toEqual(request));
});

it('every fault and every kind of twins is among 500, none twice as often as another', () => {
  const { starts } = planRound(7, 500);
  const times = ROWS.map((row) => starts.filter(([first]) => first!.fault === row).length);
  expect(ROWS).toHaveLength(FAULTS.length + TWINS.length);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(10);
  expect(Math.max(...times)).toBeLessThan(2 * Math.min(...times));
});

it('twins begin together, have one content, and nobody else has it', () => {
  const { starts } = planRound(7, 500);
  const twins = starts.filter((together) => together.length > 1);
  expect(twins.length).toBeGreaterThan(20);
  for (const [one, other, ...more] of twins) {
    expect(more).toEqual([]);
    expect(fingerprintOf(other!.request)).toBe(fingerprintOf(one!.request));
  }
  expect(new Set(starts.map(([first]) => first!.serialNumber)).size).toBe(starts.length);
});

it('every kind of process is killed, also in a short round, within bounded time', () => {
  const kinds = {
    embedded: ['worker', 'temporal', 'ledger'],
    cluster: ['worker', 'server', 'temporal', 'ledger'],
  };
  for (const [count, ground] of [
    [40, 'embedded'],
    [500, 'embedded'],
    [40, 'cluster'],
    [500, 'cluster'],
  ] as const) {
    const { disturbances } = planRound(7, count, ground === 'cluster');
    expect(new Set(disturbances.map(({ kind }) => kind))).toEqual(new Set(kinds[ground]));
    expect(disturbances.at(-1)!.atMs).toBeLessThanOrEqual(count * 500);
    const failPoints = disturbances.flatMap((one) => ('failPoint' in one ? [one.failPoint] : []));
    expect(failPoints.length).toBeGreaterThan(0);
    expect(failPoints.filter((text) => !isFailPoint(text))).toEqual([]);
  }
});
