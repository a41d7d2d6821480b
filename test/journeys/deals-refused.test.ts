import { referenceOf } from '../../validation/reference';
import { DealsStack, LICENSE_LINES } from '../support/deals-stack';
import { wonceWith, type CommandResult, unwrapped } from '../support/npm-start';

let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start();
});
afterEach(() => deals.stack.portal.clearFaults());
afterAll(() => deals.stop());

const wonce = (...args: string[]): Promise<CommandResult> => wonceWith(deals.stack.env(), ...args);
const ordersOf = (requestId: string) => deals.stack.portal.ordersWithPo(referenceOf({ requestId }));

async function notifiedDeal(deal: Record<string, unknown> = {}, products: object[] = LICENSE_LINES) {
  const id = await deals.pipedriveDeal(deal, products);
  await deals.tellOfPipedrive(id);
  return { id, deal: deals.key('pipedrive', id) };
}

it('a plan that the vendor does not sell is not bought when it is filled in: the deal says what there is', async () => {
  const { deal } = await notifiedDeal({}, []);
  await deals.reaches(deal, 'incomplete');
  const wrong = await wonce('deals', 'fill', deal, 'plan=Ultimat', 'extensions=100', '--by', 'Ann');
  expect(wrong).toMatchObject({ code: 3, stderr: 'Decided.\n' });
  expect(unwrapped(wrong.stdout)).toMatch(/^status +incomplete$/m);
  expect(unwrapped(wrong.stdout)).toMatch(
    /^missing +plan: There is no plan "Ultimat" to buy\. There is: .*Ultimate/m,
  );
  expect(unwrapped(wrong.stdout)).toContain(`wonce deals fill ${deal} plan=…`);
  expect(await deals.stack.ledger.find(`${deal}:1`)).toBeUndefined();

  const right = await wonce('deals', 'fill', deal, 'plan=Ultimate', '--by', 'Ann');
  expect(right).toMatchObject({ code: 0, stderr: 'Decided.\n' });
  expect((await deals.purchaseOf(`${deal}:1`)).status).toBe('ordered');
});

it('a deal shows that its purchase was refused, and a correction names the word that buys it', async () => {
  const refusal = { kind: 'refuse', httpStatus: 200, code: 'parameter_validation_failed' };
  await deals.stack.portal.fault({ endpoint: 'orders', ...refusal });
  const { deal } = await notifiedDeal();
  await deals.reaches(deal, 'requested');
  await deals.purchaseOf(`${deal}:1`);
  await deals.rests(deal);

  const shown = await wonce('deals', 'show', deal);
  expect(shown.code).toBe(3);
  expect(unwrapped(shown.stdout)).toMatch(
    new RegExp(`^purchase +${deal}:1, refused \\(PortalRejected: `, 'm'),
  );
  expect(unwrapped(shown.stdout)).toMatch(new RegExp(`^next [^]*^ {2}wonce deals buy ${deal}$`, 'm'));
  expect(unwrapped((await wonce('deals', 'list', '--wide')).stdout)).toMatch(
    new RegExp(`refused: PortalRejected +${deal}:1 `),
  );

  const same = await wonce('deals', 'fill', deal, 'years=2', '--by', 'Ann');
  expect(same).toMatchObject({ code: 1, stdout: '' });
  expect(same.stderr).toMatch(/^DecisionRefused: fill: it would change nothing/);

  const corrected = await wonce('deals', 'fill', deal, 'extensions=30', '--by', 'Ann');
  expect(corrected).toMatchObject({ code: 3, stderr: 'Decided.\n' });
  expect(unwrapped(corrected.stdout)).toMatch(
    /^would buy +a license for the PBX 3651E1292455, Ultimate, 30 extensions/m,
  );
  expect(unwrapped(corrected.stdout)).toMatch(new RegExp(`^next [^]*^ {2}wonce deals buy ${deal}$`, 'm'));
  expect(await ordersOf(`${deal}:2`)).toHaveLength(0);

  const bought = await wonce('deals', 'buy', deal, '--by', 'Ann', '--json');
  expect(bought.code).toBe(0);
  expect(JSON.parse(bought.stdout)).toMatchObject({ status: { request: { extensions: 30 } } });
  expect((await deals.purchaseOf(`${deal}:2`)).status).toBe('ordered');
  const again = (await wonce('deals', 'show', deal)).stdout;
  expect(again).toMatch(new RegExp(`^win 1 +purchase ${deal}:1`, 'm'));
  expect(again).toMatch(new RegExp(`^win 1, attempt 2 +purchase ${deal}:2`, 'm'));
  expect(again).toMatch(/^buys +a license for the PBX/m);

  const late = await wonce('deals', 'fill', deal, 'extensions=40', '--by', 'Ann');
  expect(late).toMatchObject({ code: 1, stdout: '' });
  expect(late.stderr).toMatch(new RegExp(`^DecisionRefused: .*is ordered.*wonce status ${deal}:2`));
});

it('a deal that names nobody is bought for nobody, until a person says in words for whom', async () => {
  const { deal } = await notifiedDeal({ custom_fields: {} }, []);
  await deals.reaches(deal, 'incomplete');
  const filled = ['plan=Ultimate', 'extensions=100', 'years=2'];
  const nobody = await wonce('deals', 'fill', deal, ...filled, '--by', 'Ann');
  expect(nobody.code).toBe(3);
  expect(unwrapped(nobody.stdout)).toMatch(/^missing +license\.partner: .*the word ourselves; came neither/m);
  expect(unwrapped(nobody.stdout)).toMatch(
    /^would buy +a license, for whom is not known, Ultimate, 100 extensions/m,
  );
  expect(unwrapped(nobody.stdout)).toContain(`wonce deals fill ${deal} partner=…`);
  expect(await deals.stack.ledger.deals.wins(deal)).toEqual([]);

  const kind = await deals.stack.client.deals.decide(deal, {
    verb: 'fill',
    fill: { license: { kind: 'new' } },
    by: 'Ann',
  });
  expect(kind).toBeUndefined();
  expect(await deals.status(deal)).toMatchObject({ status: 'incomplete' });

  const ours = await wonce('deals', 'fill', deal, 'partner=ourselves', '--by', 'Ann');
  expect(ours.code).toBe(0);
  expect(unwrapped(ours.stdout)).toMatch(
    /^buys +a new license for ourselves, Ultimate, 100 extensions, 2 years/m,
  );
  expect((await deals.stack.ledger.find(`${deal}:1`))?.request.license).toEqual({ kind: 'new' });
});

it('a deal that waits for a person shows what would be bought, before it is', async () => {
  const { deal } = await notifiedDeal({ won_time: '2025-11-24T10:00:00Z' });
  await deals.reaches(deal, 'dismissed');
  expect(unwrapped((await wonce('deals', 'show', deal)).stdout)).toMatch(
    /^would buy +a license for the PBX 3651E1292455, Ultimate, 100 extensions, 2 years, with Disaster Recovery/m,
  );
});
