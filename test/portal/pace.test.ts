import type { PortalError } from '../../portal/portal-error';
import { ALL, CONTACTS_PATH, ORDER_PATH, success, Vendor } from './vendor';

let vendor: Vendor;
beforeEach(async () => {
  vendor = await Vendor.start();
  vendor.on(CONTACTS_PATH, () => success('[]'));
  vendor.on(ORDER_PATH, () => success('{"orderNo":"2025","orderStatus":"succeed"}'));
});
afterEach(() => vendor.stop());

it('calls begin no more often than is wanted, however many there are to make', async () => {
  const client = vendor.client({ callsPerSecond: 20 });
  const begun = Date.now();
  await Promise.all(Array.from({ length: 21 }, () => client.findBillingContacts(ALL)));
  expect(Date.now() - begun).toBeGreaterThanOrEqual(990);
});

it('an order waits for nobody, and the reads after it wait for it', async () => {
  const client = vendor.client({ callsPerSecond: 2 });
  const begun = Date.now();
  const reads = Array.from({ length: 3 }, () => client.findBillingContacts(ALL));
  const after = (async () => {
    expect(await client.placeOrder('{}')).toMatchObject({ outcome: 'created' });
    expect(Date.now() - begun).toBeLessThan(1_000);
    await client.findBillingContacts(ALL);
  })();
  await Promise.all([...reads, after]);
  expect(Date.now() - begun).toBeGreaterThanOrEqual(1_990);
});

it('a read that would wait for too long is put off at once, and says for how long; that says nothing about the vendor', async () => {
  const client = vendor.client({ callsPerSecond: 1 });
  const reads = Array.from({ length: 30 }, () => client.findBillingContacts(ALL));
  const ends = await Promise.allSettled(reads);
  const putOff = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as PortalError] : []));
  expect(putOff).toHaveLength(9);
  for (const { code, message, retryAfterMs } of putOff) {
    expect(code).toBe('PortalRateLimited');
    expect(message).toContain('WONCE_PORTAL_CALLS_PER_SECOND');
    expect(retryAfterMs).toBeGreaterThan(20_000);
  }
  expect(await client.placeOrder('{}')).toMatchObject({ outcome: 'created' });
});
