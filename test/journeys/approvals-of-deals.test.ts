import { DealsStack, SENDERS, type Sender } from '../support/deals-stack';
import { until } from '../support/until';

let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start(
    {},
    {
      approvals: (source) => [
        `{ name: of a CRM, source: [${SENDERS.map(source).join(', ')}], remindAfter: 1d }`,
        '{ name: by hand, source: [command], people: 2 }',
      ],
    },
  );
});
afterAll(() => deals.stop());

const approve = (id: string, by: string) => deals.stack.client.decide(id, { verb: 'approve', by });

async function asked(id: string) {
  return until(`${id} to wait for approval`, async () => {
    const known = await deals.stack.ledger.find(id);
    return known?.status === 'waiting-for-approval' && known.question;
  });
}

it.each<Sender>([...SENDERS])(
  'a deal of %s waits for approval, and nobody is known to have asked',
  async (sender) => {
    const dealId = await deals.wonDeal(sender);
    await deals.tellOf(sender, dealId);
    const id = `${deals.key(sender, dealId)}:1`;
    const question = await asked(id);
    expect(question.asked).toMatch(/of a CRM \(1 person\)\.$/);
    expect(question.approval).toMatchObject({ people: 1, askedBy: [] });
    expect(await deals.stack.portal.orders(({ body }) => body.includes(id))).toEqual([]);
    await approve(id, 'Ben');
    expect((await deals.stack.client.wait(id)).status).toMatchObject({ status: 'ordered' });
  },
);

it('whoever filled in what a deal lacks has asked for it, and does not approve it', async () => {
  const dealId = await deals.pipedriveDeal({}, []);
  await deals.tellOfPipedrive(dealId);
  const deal = deals.key('pipedrive', dealId);
  await deals.reaches(deal, 'incomplete');
  const fill = { plan: 'Ultimate', extensions: 25 };
  await deals.stack.client.deals.decide(deal, { verb: 'fill', fill, by: 'Ann' });
  const id = `${deal}:1`;
  expect((await asked(id)).approval).toMatchObject({ askedBy: [{ by: 'Ann' }] });
  await expect(approve(id, 'ann')).rejects.toMatchObject({ code: 'DecisionRefused' });
  await approve(id, 'Ben');
  expect((await deals.stack.client.wait(id)).status).toMatchObject({ status: 'ordered' });
});

it('a deal that is lost while its purchase waits for approval is not bought', async () => {
  const dealId = await deals.pipedriveDeal();
  await deals.tellOfPipedrive(dealId);
  const id = `${deals.key('pipedrive', dealId)}:1`;
  await asked(id);
  await deals.crm.put('pipedrive', 'deals', dealId, { status: 'lost', custom_fields: {} });
  await deals.tellOfPipedrive(dealId);
  await until('the end', async () => (await deals.stack.ledger.find(id))?.status === 'cancelled');
  await expect(approve(id, 'Ben')).rejects.toMatchObject({ code: 'NothingWaits' });
});

it('a purchase that was rejected is what the deal shows', async () => {
  const dealId = await deals.pipedriveDeal();
  await deals.tellOfPipedrive(dealId);
  const deal = deals.key('pipedrive', dealId);
  const id = `${deal}:1`;
  await asked(id);
  await deals.stack.client.decide(id, { verb: 'reject', by: 'Ben', why: 'no budget' });
  await until('the end', async () => (await deals.stack.ledger.find(id))?.status === 'refused');
  const { status } = await deals.stack.client.deals.show(deal);
  expect(JSON.stringify(status)).toContain('RejectedByDecision');
});
