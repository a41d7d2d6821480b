import pg from 'pg';
import { dealWorkflowIdOf } from '../../domain/workflow-ids';
import { referenceOf } from '../../validation/reference';
import type { DealReport } from '../../client/deals-client';
import { DealsStack, LICENSE_LINES, SERIAL_FIELD } from '../support/deals-stack';
import { wonceWith, type CommandResult, unwrapped } from '../support/npm-start';

let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start();
});
afterAll(() => deals.stop());

const wonce = (...args: string[]): Promise<CommandResult> => wonceWith(deals.stack.env(), ...args);
const ordersOf = (requestId: string) => deals.stack.portal.ordersWithPo(referenceOf({ requestId }));

async function notifiedDeal(deal: Record<string, unknown> = {}, products: object[] = LICENSE_LINES) {
  const id = await deals.pipedriveDeal(deal, products);
  await deals.tellOfPipedrive(id);
  return { id, deal: deals.key('pipedrive', id) };
}

it('a deal that is incomplete says what is missing and what to type, and is ordered when that is typed', async () => {
  const { deal } = await notifiedDeal({}, []);
  await deals.reaches(deal, 'incomplete');
  const list = await wonce('deals', 'list', '--status', 'incomplete');
  expect(list).toMatchObject({ code: 0, stderr: '' });
  expect(unwrapped(list.stdout)).toMatch(
    new RegExp(`^incomplete .* missing: plan, .* +…?.*${deal.slice(-8)}\n`, 'm'),
  );

  const shown = await wonce('deals', 'show', deal);
  expect(shown).toMatchObject({ code: 3, stderr: '' });
  expect(unwrapped(shown.stdout)).toMatch(/^status +incomplete$/m);
  expect(unwrapped(shown.stdout)).toMatch(/^missing +plan: expected one line item with the SKU of a plan/m);
  expect(unwrapped(shown.stdout)).toContain(`wonce deals fill ${deal} plan=… extensions=…`);
  expect(unwrapped(shown.stdout)).toMatch(/The chain of 2 events holds/);

  const half = await wonce('deals', 'fill', deal, 'plan=Ultimate', '--by', 'Ann');
  expect(half).toMatchObject({ code: 3, stderr: 'Decided.\n' });
  expect(unwrapped(half.stdout)).not.toMatch(/^missing +plan/m);
  const filled = ['extensions=100', 'services=Disaster Recovery', 'years=2'];
  const whole = await wonce('deals', 'fill', deal, ...filled, '--by', 'Ann', '--why', 'she asked', '--json');
  expect(whole.code).toBe(0);
  const report = JSON.parse(whole.stdout) as DealReport;
  const requestId = `${deal}:1`;
  expect(report).toMatchObject({ status: { status: 'requested', requestId }, wins: [{ requestId }] });
  expect(report.verification).toEqual({ ok: true, events: report.events.length });
  expect(report.events.filter(({ kind }) => kind === 'decision')).toMatchObject([
    { actor: 'Ann', data: { fill: { plan: 'Ultimate' } } },
    { actor: 'Ann', data: { fill: { extensions: 100, years: 2 }, why: 'she asked' } },
  ]);
  expect(await wonce('wait', requestId)).toMatchObject({ code: 0 });
  expect(await ordersOf(requestId)).toHaveLength(1);
  expect(unwrapped((await wonce('deals', 'show', deal)).stdout)).toContain(`wonce status ${requestId}`);
});

it('a deal that was won before `since` is bought when a person says so, once', async () => {
  const { deal } = await notifiedDeal({ won_time: '2025-11-24T10:00:00Z' });
  await deals.reaches(deal, 'dismissed');
  await deals.rests(deal);
  const left = await wonce('deals', 'show', deal);
  expect(left).toMatchObject({ code: 0, stderr: '' });
  expect(unwrapped(left.stdout)).toMatch(
    /reason +WonBeforeSince: [\s\S]*next +If it is to be bought:\n {2}wonce deals buy/,
  );

  const bought = await wonce('deals', 'buy', deal, '--by', 'Ann', '--why', 'an old promise');
  const requestId = `${deal}:1`;
  expect(bought.code).toBe(0);
  expect(unwrapped(bought.stdout)).toMatch(/^status +requested$/m);
  expect(unwrapped(bought.stdout)).toMatch(/Ann decided: buy — an old promise/);
  expect(await wonce('wait', requestId)).toMatchObject({ code: 0 });
  await deals.rests(deal);
  for (const verb of ['buy', 'dismiss']) {
    const again = await wonce('deals', verb, deal);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toMatch(/^DecisionRefused: .*is ordered.*wonce status/);
    expect(again.stderr.includes(`wonce cancel ${requestId}`)).toBe(verb === 'dismiss');
  }
  expect(await ordersOf(requestId)).toHaveLength(1);
  expect(await deals.stack.ledger.deals.wins(deal)).toHaveLength(1);
});

it('a win that a person dismissed is not asked about again', async () => {
  const { id, deal } = await notifiedDeal();
  const requestId = `${deal}:1`;
  await deals.reaches(deal, 'requested');
  await deals.rests(deal);
  expect((await deals.stack.client.wait(requestId)).status.status).toBe('ordered');
  const wonAgain = '2026-12-24T10:00:00Z';
  await deals.crm.put('pipedrive', 'deals', id, {
    status: 'won',
    won_time: wonAgain,
    update_time: wonAgain,
    custom_fields: { [SERIAL_FIELD]: '3651E1292455' },
  });
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'waiting-for-decision');
  const asked = await wonce('deals', 'show', deal);
  expect(asked.code).toBe(3);
  expect(unwrapped(asked.stdout)).toContain(`\n  wonce deals buy ${deal}\n  wonce deals dismiss ${deal}\n`);

  const dismissed = await wonce('deals', 'dismiss', deal, '--by', 'Ann');
  expect(dismissed.code).toBe(0);
  expect(unwrapped(dismissed.stdout)).toMatch(/^win 2 +dismissed, won at 2026-12-24 10:00:00, UTC/m);
  await deals.rests(deal);
  await deals.tellOfPipedrive(id);
  expect(await deals.rests(deal)).toMatchObject({ status: 'dismissed' });
  expect(await deals.stack.ledger.deals.wins(deal)).toHaveLength(2);
});

it('a deal that was dismissed while it was incomplete is bought as it has become, when a person says so', async () => {
  const { id, deal } = await notifiedDeal({}, []);
  await deals.reaches(deal, 'incomplete');
  expect((await wonce('deals', 'dismiss', deal, '--by', 'Ann')).code).toBe(0);
  await deals.rests(deal);
  for (const product of LICENSE_LINES) await deals.addProduct(id, product);
  await deals.tellOfPipedrive(id);
  await deals.shows(deal, ({ status, request }) => status === 'dismissed' && request?.extensions === 100);
  await deals.rests(deal);
  const bought = await wonce('deals', 'buy', deal, '--by', 'Ann');
  expect(bought.code).toBe(0);
  expect(unwrapped(bought.stdout)).toMatch(/^status +requested$/m);
  const requestId = `${deal}:2`;
  expect(await wonce('wait', requestId)).toMatchObject({ code: 0 });
  expect(await ordersOf(requestId)).toHaveLength(1);
});

it('what is no deal and what is no field change nothing, and are said in words', async () => {
  const { deal } = await notifiedDeal({}, []);
  await deals.reaches(deal, 'incomplete');
  for (const unknown of ['nobody', deals.key('pipedrive', 'nobody')]) {
    for (const args of [['show'], ['buy'], ['dismiss'], ['fill', 'plan=Ultimate']]) {
      const [verb, ...more] = args;
      const result = await wonce('deals', verb!, unknown, ...more);
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toMatch(/^UnknownDeal: .*wonce deals list/);
    }
  }
  const wrong: [string, RegExp][] = [
    ['plam=Ultimate', /plam: expected field=value, with one of operation, product, serialNumber,.*plan/],
    ['plan', /plan: expected field=value/],
    ['extensions=100,0', /extensions: expected a whole number/],
    ['years=7', /years: expected a whole number from 1 to 5/],
  ];
  for (const [argument, words] of wrong) {
    const result = await wonce('deals', 'fill', deal, argument);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^DecisionInvalid: /);
    expect(result.stderr).toMatch(words);
  }
  expect((await wonce('deals', 'fill', deal)).code).toBe(2);
  expect((await wonce('deals', 'list', '--status', 'won')).code).toBe(2);
  const kinds = (await deals.stack.ledger.deals.events(deal)).map(({ kind }) => kind);
  expect(kinds).toEqual(['notified', 'incomplete']);
});

it('an event of a deal that was changed by hand is found by `wonce audit --verify`', async () => {
  const { deal } = await notifiedDeal({ status: 'lost', won_time: null });
  await deals.reaches(deal, 'not-won');
  expect(unwrapped((await wonce('audit', '--verify')).stdout)).toMatch(
    /^\d+ purchases and \d+ deals checked, 0 broken\.$/m,
  );
  await forge(deal);
  const verified = await wonce('audit', '--verify');
  expect(verified.code).toBe(1);
  expect(unwrapped(verified.stdout)).toContain(`deal ${deal}, event 1: was changed after it was written`);
  expect((await wonce('deals', 'show', deal)).code).toBe(1);
});

it('a deal whose run was ended in Temporal says so, and what a person fills in begins another', async () => {
  const { deal } = await notifiedDeal({}, []);
  await deals.reaches(deal, 'incomplete');
  await deals.stack.temporal.workflow.getHandle(dealWorkflowIdOf(deal)).terminate();
  expect((await wonce('deals', 'show', deal)).stderr).toMatch(/No run of it goes on/);
  const filled = await wonce('deals', 'fill', deal, 'plan=Ultimate', 'extensions=100', '--by', 'Ann');
  expect(filled).toMatchObject({ code: 0, stderr: 'Decided.\n' });
  expect(unwrapped(filled.stdout)).toMatch(/^status +requested$/m);
  expect(unwrapped(filled.stdout)).toMatch(/Ann decided: fill in[^]*"extensions":100/);
});

it('without a worker a deal is shown from the ledger, and nothing can be decided', async () => {
  const { deal } = await notifiedDeal({}, []);
  await deals.reaches(deal, 'incomplete');
  await Promise.all(deals.stack.workers.map((worker) => worker.kill()));
  const shown = await wonce('deals', 'show', deal);
  expect(shown.code).toBe(3);
  expect(shown.stderr).toMatch(/No worker answers/);
  expect(unwrapped(shown.stdout)).toMatch(/^status +incomplete$/m);
  const filled = await wonce('deals', 'fill', deal, 'plan=Ultimate');
  expect(filled).toMatchObject({ code: 1, stdout: '' });
  expect(filled.stderr).toMatch(/^NoWorker: /);
});

/** What somebody does who owns the tables. */
async function forge(deal: string): Promise<void> {
  const sql = new pg.Client({ connectionString: deals.stack.databaseUrl });
  await sql.connect();
  await sql.query('alter table deal_events disable trigger deal_events_are_kept');
  await sql.query("update deal_events set actor = 'Bob' where deal = $1 and seq = 1", [deal]);
  await sql.query('alter table deal_events enable trigger deal_events_are_kept');
  await sql.end();
}
