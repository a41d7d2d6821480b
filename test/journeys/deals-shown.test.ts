import { DealsStack, SERIAL_FIELD } from '../support/deals-stack';
import { wonceWith, unwrapped } from '../support/npm-start';

let deals: DealsStack;

const SHOWN = '3651E1292455';
const OTHER = '3651E1299999';
/** Before `since`: not bought unasked. */
const OLD = '2025-11-24T10:00:00Z';
const REFUSED = 'The decision to buy is refused: the deal has changed since it was shown.';

beforeAll(async () => {
  deals = await DealsStack.start();
  await deals.stack.portal.addProducts([OTHER]);
});
afterEach(() => deals.stack.portal.clearFaults());
afterAll(() => deals.stop());

const wonce = (...args: string[]) => wonceWith(deals.stack.env(), ...args);
const winsOf = (deal: string) => deals.stack.ledger.deals.wins(deal);
const serialOf = async (requestId: string) =>
  (await deals.stack.ledger.find(requestId))?.request.license as { serialNumber?: string };

async function notifiedDeal(wonTime: string) {
  const id = await deals.pipedriveDeal({ won_time: wonTime });
  await deals.tellOfPipedrive(id);
  return { id, deal: deals.key('pipedrive', id) };
}

/** Somebody edits the deal, and nobody hears of it. */
function edit(id: number, serial: string, wonTime = OLD) {
  const record = { status: 'won', won_time: wonTime, custom_fields: { [SERIAL_FIELD]: serial } };
  return deals.crm.put('pipedrive', 'deals', id, record);
}

it('an order that nobody was shown is not bought: it is shown, and the next word buys it', async () => {
  const { id, deal } = await notifiedDeal(OLD);
  await deals.reaches(deal, 'dismissed');
  await deals.rests(deal);
  await edit(id, OTHER);
  const refused = await wonce('deals', 'buy', deal, '--by', 'Ann');
  expect(unwrapped(refused.stdout)).toContain(REFUSED);
  expect(unwrapped(refused.stdout)).toMatch(new RegExp(`^would buy +a license for the PBX ${OTHER}`, 'm'));
  expect(await winsOf(deal)).toEqual([]);
  expect((await wonce('deals', 'buy', deal, '--by', 'Ann')).code).toBe(0);
  await deals.purchaseOf(`${deal}:1`);
  expect(await serialOf(`${deal}:1`)).toMatchObject({ serialNumber: OTHER });
});

it('the same in the open run of a deal that is won again, by an update and by a signal', async () => {
  const { id, deal } = await notifiedDeal('2026-11-24T09:00:00Z');
  await deals.purchaseOf((await deals.reaches(deal, 'requested')).requestId!);
  await deals.rests(deal);
  await edit(id, SHOWN, '2026-11-25T09:00:00Z');
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'waiting-for-decision');
  const run = deals.stack.temporal.workflow.getHandle(`deal:${deal}`);
  const waitsFor = (serialNumber: string, wonAt: string) =>
    deals.shows(deal, ({ reason, request, wonAt: at }) => {
      const { serialNumber: serial } = { ...(request?.license as { serialNumber: string }) };
      return reason?.message.startsWith(REFUSED) === true && serial === serialNumber && at === wonAt;
    });

  await edit(id, OTHER, '2026-11-25T09:00:00Z');
  await run.executeUpdate('buy', { args: [{ by: 'ann' }] });
  await waitsFor(OTHER, '2026-11-25T09:00:00.000Z');
  // Won once more: another win is another thing to decide about.
  await edit(id, OTHER, '2026-11-26T09:00:00Z');
  await run.signal('buy', { by: 'ann' });
  await waitsFor(OTHER, '2026-11-26T09:00:00.000Z');
  expect(await winsOf(deal)).toHaveLength(1);

  const about = { about: '00000000', by: 'ann' };
  await expect(run.executeUpdate('buy', { args: [about] })).rejects.toMatchObject({
    cause: { type: 'DecisionRefused' },
  });
  await run.executeUpdate('buy', { args: [{ by: 'ann' }] });
  await deals.purchaseOf((await deals.reaches(deal, 'requested')).requestId!);
  expect(await serialOf(`${deal}:2`)).toMatchObject({ serialNumber: OTHER });
});

it('the same of a deal whose purchase was refused', async () => {
  const refusal = { kind: 'refuse', httpStatus: 200, code: 'parameter_validation_failed' };
  await deals.stack.portal.fault({ endpoint: 'orders', ...refusal });
  const { id, deal } = await notifiedDeal('2026-11-24T09:00:00Z');
  await deals.reaches(deal, 'requested');
  expect((await deals.purchaseOf(`${deal}:1`)).status).toBe('refused');
  await deals.rests(deal);
  await edit(id, OTHER, '2026-11-24T09:00:00Z');
  const refused = await wonce('deals', 'buy', deal, '--by', 'Ann');
  expect(unwrapped(refused.stdout)).toContain(REFUSED);
  expect(unwrapped(refused.stdout)).toMatch(new RegExp(`^would buy +a license for the PBX ${OTHER}`, 'm'));
  expect(await winsOf(deal)).toHaveLength(1);
  expect((await wonce('deals', 'buy', deal, '--by', 'Ann')).code).toBe(0);
  await deals.purchaseOf(`${deal}:2`);
  expect(await serialOf(`${deal}:2`)).toMatchObject({ serialNumber: OTHER });
});
