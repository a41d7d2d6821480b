import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PurchaseFacts } from '../../domain/purchase-facts';
import { orderBody } from '../../portal/order-body';
import { referenceOf } from '../../validation/reference';
import { tutorialRequest } from '../support/requests';

const facts: PurchaseFacts = {
  serialNumber: '3651E1292455',
  plan: { planId: '3049041101760282624', name: 'Ultimate' },
  services: [{ serviceId: '3129372068699893760', name: 'Disaster Recovery' }],
  billingContactId: '3197218168379846218',
};
const request = tutorialRequest('body-1');

it("the tutorial's order comes out character for character", () => {
  const tutorial = readFileSync(join(__dirname, 'tutorial-order.json'), 'utf8').trim();
  // With our reference beside it, by which the order can be found again.
  const expected = tutorial.replace('"serviceList"', `"poNumber":"${referenceOf(request)}","serviceList"`);
  expect(orderBody(request, facts)).toBe(expected);
});

it('any id comes out as a bare number, digit for digit', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[1-9][0-9]{0,29}$/), (id) => {
      const body = orderBody(request, {
        ...facts,
        billingContactId: id,
        plan: { planId: id, name: 'Ultimate' },
      });
      expect(body).toContain(`"billingId":${id},`);
      expect(body).toContain(`"serviceType":"plan","serviceId":${id},`);
      expect(body).toContain(`"connectionPlanId":${id},`);
    }),
  );
});

it('an id that is not of digits is never sent', () => {
  expect(() => orderBody(request, { ...facts, billingContactId: '12a' })).toThrow(/wants ids of digits/);
});

it('plan and services carry one multiCycle: the years of the request', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), (years) => {
      const cycles = orderBody({ ...request, years }, facts).match(/"multiCycle":\d/g);
      expect(cycles).toEqual([`"multiCycle":${years}`, `"multiCycle":${years}`]);
    }),
  );
});

it('a new license for oneself has neither serial number nor partner', () => {
  const { serialNumber: _, ...own } = facts;
  const body = orderBody({ ...request, license: { kind: 'new' } }, own);
  expect(body).not.toMatch(/productNo|partnerId/);
});

it('a new license for a subordinate user carries the partner instead of a serial number', () => {
  const { serialNumber: _, ...rest } = facts;
  const body = orderBody(
    { ...request, license: { kind: 'new' } },
    { ...rest, partnerId: '3076915454489739264' },
  );
  expect(body).toContain('"partnerId":3076915454489739264');
  expect(body).not.toContain('productNo');
});

it('the purchase order number and a priced quantity are sent as they were asked', () => {
  const services = [{ serviceId: '7', name: 'Call Center', quantity: 12 }];
  const body = orderBody({ ...request, poNumber: 'PO-7781' }, { ...facts, services });
  expect(body).toContain('"poNumber":"PO-7781"');
  expect(body).toContain('"serviceId":7,"quantity":12,');
});
