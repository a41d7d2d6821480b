import { MockActivityEnvironment } from '@temporalio/testing';
import { chooseBillingContact, resolvePartner } from '../../activities/lookup/people';
import type { ActivityDeps } from '../../activities/dependencies';
import { fetchPlan } from '../../activities/lookup/plan';
import { ALL, CATALOGUE_PATH, CONTACTS_PATH, PARTNERS_PATH, PRODUCTS_PATH, success, Vendor } from './vendor';

let vendor: Vendor;
beforeEach(async () => {
  vendor = await Vendor.start();
});
afterEach(() => vendor.stop());

const deps = () => ({ portal: vendor.client() }) as ActivityDeps;

/** The step as an activity, in which alone there are heartbeats. */
function inActivity<Input, Output>(step: (input: Input) => Promise<Output>) {
  return (input: Input): Promise<Output> => new MockActivityEnvironment().run(step, input);
}

/** As somebody pasted it into the vendor's forms. */
const pasted = (text: string) => `\u200b${text.slice(0, 2)}\u00ad${text.slice(2)}\u200e\ufeff`;

describe('what nobody can see in what the vendor tells', () => {
  it('hides no serial number, and does not go back to the vendor', async () => {
    vendor.on(PRODUCTS_PATH, () => success(JSON.stringify([{ productNo: pasted('3651e1292455') }])));
    for (const wanted of [
      '3651E1292455',
      pasted('3651E1292455'),
      '3651 E129 2455',
      '３６５１Ｅ１２９２４５５',
    ]) {
      const { items } = await vendor.client().findProduct(wanted);
      expect(items).toContainEqual({ productNo: '3651e1292455' });
    }
  });

  it('hides no partner', async () => {
    const partner = {
      partnerId: pasted('307'),
      email: pasted('it@blue.example'),
      company: pasted('Blue Ltd'),
    };
    vendor.on(PARTNERS_PATH, () => success(JSON.stringify([partner, { partnerId: '308', email: '\u200b' }])));
    const resolve = inActivity(resolvePartner(deps()));
    for (const asked of [
      ...[{ partnerId: '307' }, { partnerId: pasted(' 307 ') }, { partnerId: '３０７' }],
      ...[{ email: 'it@blue.example' }, { company: pasted('Blue\u00a0Ltd') }],
    ]) {
      expect(await resolve(asked)).toBe('307');
    }
    expect((await vendor.client().findPartners(ALL)).items).toContainEqual({ partnerId: '308' });
  });

  it('hides no billing contact', async () => {
    const contact = { billingContactId: pasted('319'), emailAddress: pasted('a@b.example'), company: 'B' };
    vendor.on(CONTACTS_PATH, () => success(JSON.stringify([contact, { billingContactId: '320' }])));
    const choose = inActivity(chooseBillingContact(deps()));
    for (const asked of [{ billingContactId: pasted('319') }, { email: pasted('A@b.example') }]) {
      expect(await choose(asked)).toBe('319');
    }
  });

  it('hides no plan and no service', async () => {
    const plan = { planId: pasted('1001'), planName: pasted('Ultimate Plan') };
    const service = { serviceId: pasted('2001'), serviceName: pasted('Disaster Recovery') };
    vendor.on(CATALOGUE_PATH, () => success(JSON.stringify({ plans: [plan], services: [service] })));
    const asked = { plan: pasted('Ultimate'), services: [{ service: 'Disaster\u2009Recovery' }] };
    expect(await fetchPlan(deps())(asked)).toEqual({
      plan: { planId: '1001', name: 'Ultimate Plan' },
      services: [{ serviceId: '2001', name: 'Disaster Recovery' }],
    });
  });
});

it('a byte order mark before an answer is no part of it', async () => {
  vendor.on(PARTNERS_PATH, () => ({ body: `\uFEFF${String(success('[{"partnerId":"307"}]').body)}` }));
  expect((await vendor.client().findPartners(ALL)).items).toEqual([{ partnerId: '307' }]);
});
