import axios from 'axios';
import type { DealStatus } from '../../../domain/deal';
import { dealWorkflowIdOf, purchaseWorkflowIdOf } from '../../../domain/workflow-ids';
import { newFakeDeal, winDeal, type FakeDeal } from '../../stack/fake-deal';
import { FAKE_SECRETS } from '../../stack/fake-deals-file';
import type { BenchStack } from '../bench-stack';
import type { Ground } from '../ground';
import { tellOfWin } from '../hubspot-message';
import type { Part } from '../part';
import { median } from '../percentiles';
import { fiveCalls } from '../plain-calls';
import { BENCH_REQUEST } from '../request';
import type { Row } from '../row';
import { inTurn } from '../timed';

const ROUNDS = 15;
const WARM_UP = 5;

/** From the signed message of the CRM to the end of the purchase's run, and to that of the deal's, which follows it. */
export const deal: Part = {
  name: 'deal',
  about: `a deal from its signed message to its order, 100 ms a call of CRM and portal, medians of ${ROUNDS}`,
  isForCluster: true,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  const stack = await ground.stack();
  const crmUrl = stack.at.crmUrl!;
  for (let round = 0; round < WARM_UP; round++) await buyOfDeal(stack, await wonDeal(crmUrl));
  const deals: FakeDeal[] = [];
  for (let round = 0; round < 2 * ROUNDS; round++) deals.push(await wonDeal(crmUrl));
  await stack.portal.settings({ latencyMs: 100 });
  await ofFakeHubspot(crmUrl, 'POST', { kind: 'latency', ms: 100, times: null });
  try {
    const bought: Bought[] = [];
    const [, plain = []] = await inTurn(
      ROUNDS,
      async () => bought.push(await buyOfDeal(stack, deals.pop()!)),
      () => inPlainCode(stack, deals.pop()!),
    );
    const reference = { what: 'the same calls one after the other', value: median(plain) };
    yield {
      what: 'a signed deal to its order, 100 ms a call, CRM included',
      measured: median(bought.map(({ orderedMs }) => orderedMs)),
      unit: 'ms',
      reference,
      target: { of: 'ratio', is: 'at most', value: 0.6 },
    };
    const ended = median(bought.map(({ endedMs }) => endedMs));
    yield { what: "to the end of the deal's run", measured: ended, unit: 'ms', reference };
  } finally {
    await stack.portal.settings({ latencyMs: 0 });
    await ofFakeHubspot(crmUrl, 'DELETE');
  }
}

/** Of a PBX on the first page of the account's list, so that both ways make the same calls. */
async function wonDeal(crmUrl: string): Promise<FakeDeal> {
  const won = newFakeDeal();
  await winDeal(crmUrl, won, BENCH_REQUEST.license.serialNumber);
  return won;
}

/** How long a deal took from its message to the end of its purchase's run, and to that of its own. */
interface Bought {
  orderedMs: number;
  endedMs: number;
}

async function buyOfDeal({ at, temporal }: BenchStack, { deal: key, dealId }: FakeDeal): Promise<Bought> {
  const begun = Date.now();
  const status = await tellOfWin(at.serverUrl, dealId);
  if (status !== 200) throw new Error(`The message of a won deal was answered with ${status}.`);
  const { requestId } = (await temporal.workflow.getHandle(dealWorkflowIdOf(key)).result()) as DealStatus;
  const endedMs = Date.now() - begun;
  // Temporal's server has the clock of this machine.
  const purchase = await temporal.workflow.getHandle(purchaseWorkflowIdOf(requestId!)).describe();
  return { orderedMs: purchase.closeTime!.getTime() - begun, endedMs };
}

/** The deal, which line items it has, what they are; then the tutorial's calls. */
async function inPlainCode({ at }: BenchStack, { dealId }: FakeDeal): Promise<void> {
  const http = axios.create({
    baseURL: at.crmUrl!,
    headers: { Authorization: `Bearer ${FAKE_SECRETS.FAKE_HUBSPOT_TOKEN}` },
    proxy: false,
  });
  await http.get(`/crm/v3/objects/deals/${dealId}`, { params: { properties: 'dealstage' } });
  const { data } = await http.get<{ results: { toObjectId: string }[] }>(
    `/crm/v4/objects/deals/${dealId}/associations/line_items`,
  );
  const inputs = data.results.map(({ toObjectId }) => ({ id: String(toObjectId) }));
  const properties = ['hs_sku', 'name', 'quantity'];
  await http.post('/crm/v3/objects/line_items/batch/read', { inputs, properties });
  await fiveCalls(at.portalUrl);
}

async function ofFakeHubspot(crmUrl: string, method: 'POST' | 'DELETE', fault?: object): Promise<void> {
  const response = await fetch(`${crmUrl}/_control/hubspot/faults`, {
    method,
    ...(fault !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    }),
  });
  if (!response.ok) throw new Error(`The fake HubSpot refused a fault: ${await response.text()}`);
}
