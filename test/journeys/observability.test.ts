import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { freePort } from '../../dev/stack/free-port';
import { DealsStack } from '../support/deals-stack';
import { ROOT } from '../support/processes';
import { PROMETHEUS_FILES, PrometheusForTests } from '../support/prometheus';
import { tutorialRequest } from '../support/requests';

interface Dashboard {
  panels: { title: string; targets?: { expr: string }[] }[];
}
interface Alerts {
  groups: { rules: { alert: string; expr: string }[] }[];
}

const dashboard = JSON.parse(
  readFileSync(join(ROOT, 'deploy', 'grafana', 'wonce.json'), 'utf8'),
) as Dashboard;
const alerts = parse(readFileSync(join(PROMETHEUS_FILES, 'alerts.yml'), 'utf8')) as Alerts;

const QUERIES = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [title, expr.replaceAll('$__rate_interval', '1m')] as const),
);
const METRICS_OF_ALERTS = alerts.groups
  .flatMap(({ rules }) => rules)
  .flatMap(({ alert, expr }) =>
    [...expr.matchAll(/\b(?:wonce|temporal)_\w+/g)].map(([name]) => [alert, name]),
  );

const UNKNOWN = 'observability-unknown';

let deals: DealsStack;
let prometheus: PrometheusForTests;
let addresses: { worker: string; server: string };

beforeAll(async () => {
  addresses = { worker: `127.0.0.1:${await freePort()}`, server: `127.0.0.1:${await freePort()}` };
  deals = await DealsStack.start(
    { pipedrive: 'sweep: { every: 2s }' },
    { worker: { WONCE_METRICS: addresses.worker }, server: { WONCE_METRICS: addresses.server } },
  );
  prometheus = await PrometheusForTests.start({
    'wonce-worker': addresses.worker,
    'wonce-server': addresses.server,
  });
  // What is counted from here on is an increase.
  await prometheus.hasData('wonce_ready{job="wonce-worker"} == 1');
  await prometheus.hasData('wonce_ready{job="wonce-server"} == 1');
  await Promise.all([
    boughtByWebhook(),
    caughtBySweep(),
    waitsForProducts(),
    refusedWebhook(),
    unknownOutcome(),
    heldUpByBug(),
  ]);
});
afterAll(async () => {
  await prometheus.stop();
  await deals.stop();
});

async function boughtByWebhook(): Promise<void> {
  await deals.stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: 2 });
  // The token is turned down, and another one asked for.
  await deals.stack.portal.fault({ endpoint: 'billing-contacts', kind: 'refuse', httpStatus: 401 });
  const id = await deals.wonDeal('hubspot');
  await deals.tellOf('hubspot', id);
  const { requestId } = await deals.reaches(deals.key('hubspot', id), 'requested');
  expect((await deals.purchaseOf(requestId!)).status).toBe('ordered');
}

async function caughtBySweep(): Promise<void> {
  const id = await deals.pipedriveDeal();
  await deals.reaches(deals.key('pipedrive', id), 'requested');
}

async function waitsForProducts(): Promise<void> {
  const id = await deals.pipedriveDeal({}, []);
  await deals.tellOfPipedrive(id);
  await deals.reaches(deals.key('pipedrive', id), 'incomplete');
}

async function refusedWebhook(): Promise<void> {
  const answer = await fetch(`${deals.url}/webhooks/${deals.source('pipedrive')}`, { method: 'POST' });
  expect(answer.status).toBe(401);
}

/** The vendor takes the order, cuts the connection, and does not show it. */
async function unknownOutcome(): Promise<void> {
  const match = { poNumber: UNKNOWN };
  await deals.stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after', match });
  await deals.stack.portal.fault({ endpoint: 'order-list', kind: 'short-list', hide: null, times: null });
  await deals.stack.client.start({ ...tutorialRequest(UNKNOWN), poNumber: UNKNOWN });
  expect((await deals.stack.client.wait(UNKNOWN)).status.status).toBe('waiting-for-decision');
}

/** A run of a type that the worker does not know. */
async function heldUpByBug(): Promise<void> {
  const { temporal, taskQueue } = deals.stack;
  await temporal.workflow.start('notThere', { taskQueue, workflowId: 'observability-bug' });
}

it.each(QUERIES)('the dashboard has data for %s: %s', async (_title, query) => {
  await prometheus.hasData(query);
});

it.each(METRICS_OF_ALERTS)('the alert %s goes by %s, which there is', async (_alert, metric) => {
  await prometheus.hasData(metric);
});

it('each alert can be evaluated, and those of a worker and a server that are there do not fire', async () => {
  const { groups } = await prometheus.get<{
    groups: { rules: { name: string; health: string; state: string }[] }[];
  }>('rules');
  const rules = groups.flatMap((group) => group.rules);
  expect(rules).toHaveLength(alerts.groups.flatMap((group) => group.rules).length);
  for (const { name, health, state } of rules) {
    expect([name, health]).toEqual([name, 'ok']);
    if (/^Wonce(No|Not)[A-Z]/.test(name)) expect([name, state]).toEqual([name, 'inactive']);
  }
});

it('the figures are what happened', async () => {
  const value = async (query: string) => Number((await prometheus.hasData(query))[0]!.value[1]);
  expect(await value('max(wonce_unknown_outcomes)')).toBe(1);
  expect(await value('max(wonce_purchases{status="waiting-for-decision", operation="purchase"})')).toBe(1);
  expect(await value('max(wonce_deals{status="incomplete"})')).toBe(1);
  const source = deals.source('pipedrive');
  expect(await value(`max(wonce_sweep_caught_total{source="${source}"})`)).toBeGreaterThanOrEqual(1);
  const refused = `wonce_webhook_messages_total{source="${source}", answer="NotAuthentic"}`;
  expect(await value(`max(${refused})`)).toBe(1);
  expect(await value('sum(wonce_vendor_calls_total{endpoint="other"})')).toBe(0);
});

it('no metric names a purchase, a deal or a run, and none holds a secret', async () => {
  for (const address of Object.values(addresses)) {
    const text = await (await fetch(`http://${address}/metrics`)).text();
    expect(text).toMatch(/wonce_build_info/);
    for (const told of [UNKNOWN, 'observability-bug', 'fake-portal-secret', '3651E1292455', 'hubspot:']) {
      expect(text).not.toContain(told);
    }
  }
});

it('docs/observability.md has each metric of ours, and no other', async () => {
  const names = new Set<string>();
  for (const address of Object.values(addresses)) {
    const text = await (await fetch(`http://${address}/metrics`)).text();
    for (const [, name] of text.matchAll(/^# HELP (wonce_\w+)/gm)) names.add(name!);
  }
  const page = readFileSync(join(ROOT, 'docs', 'observability.md'), 'utf8');
  const documented = new Set([...page.matchAll(/^\| `(wonce_\w+)`/gm)].map(([, name]) => name));
  expect([...documented].sort()).toEqual([...names].sort());
});
