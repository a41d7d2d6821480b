import type { ActivityDeps } from '../../activities/dependencies';
import { readDeal } from '../../activities/deal/read-deal';
import { PipedriveReader } from '../../crm/pipedrive/reader';
import { pipedrive } from '../../dev/fake-crms/pipedrive';
import { startFakeCrms, type FakeCrms } from '../../dev/fake-crms/server';
import { pipedriveSource } from '../crm/pipedrive-source';
import { switchesOf } from '../crm/switches';

let crm: FakeCrms;
beforeAll(async () => {
  crm = await startFakeCrms([pipedrive], { port: 0 });
  await put('products', 55, { name: 'Ultimate Plan', code: 'P-ULT' });
  await put('deals', 1006, { status: 'won', won_time: '2026-11-23T09:14:02Z' });
  await put('deal_products', 1, { deal_id: 1006, product_id: 55, quantity: 100 });
});
afterAll(() => crm.close());

const { put } = switchesOf('pipedrive', () => crm.url);

/** Reads by a deals.yaml whose one section is called so, and is of that account. */
function readBy(section: string, account: string) {
  const source = pipedriveSource({ name: section, account, api: crm.url });
  const connected = { source, reader: new PipedriveReader(source, { deal: [], company: [] }) };
  return readDeal({ sources: new Map([[section, connected]]) } as unknown as ActivityDeps);
}

const question = { source: 'sales', deal: 'pipedrive:77:1006', filledIn: {} };

it('a deal is never read from another account, in which its id is another deal, though the section has its name', async () => {
  await expect(readBy('sales', '88')(question)).rejects.toMatchObject({ type: 'SourceUnknown' });
});

it('a deal is read from its account, whatever the section is called meanwhile', async () => {
  const wonAt = '2026-11-23T09:14:02.000Z';
  expect(await readBy('sales-europe', '77')(question)).toMatchObject({ isWon: true, wonAt });
});
