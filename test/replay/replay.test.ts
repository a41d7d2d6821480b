import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE } from '../support/bundle';

/** The parts of a recorded history that these tests look at. */
interface RecordedEvent {
  eventId: string;
  eventType: string;
  activityTaskScheduledEventAttributes?: { activityId: string; activityType: { name: string } };
  markerRecordedEventAttributes?: {
    markerName: string;
    details: Record<string, { payloads: { data: string }[] }>;
  };
  activityTaskCompletedEventAttributes?: { result?: { payloads: { data: string }[] } };
  workflowExecutionStartedEventAttributes?: { workflowId: string; header?: { fields: object } };
  startChildWorkflowExecutionInitiatedEventAttributes?: { workflowId: string };
}
interface RecordedHistory {
  events: RecordedEvent[];
}

const FOLDER = join(__dirname, 'histories');
const FIXTURES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
});

function recorded(name: string): RecordedHistory {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as RecordedHistory;
}

function replay(history: RecordedHistory): Promise<void> {
  const workflowId = history.events[0]!.workflowExecutionStartedEventAttributes!.workflowId;
  return Worker.runReplayHistory({ workflowBundle: { codePath: BUNDLE } }, history, workflowId);
}

const scheduled = (history: RecordedHistory, activity: string) =>
  history.events.filter(
    (event) => event.activityTaskScheduledEventAttributes?.activityType.name === activity,
  );

/** The first that is no part of a workflow task; where there is none, the first that is. */
function swapFirstActivity({ events }: RecordedHistory): void {
  const another = (name: string) => (name === 'readOrder' ? 'fetchPlan' : 'readOrder');
  const [type] = events.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType ?? []);
  if (type !== undefined) {
    type.name = another(type.name);
    return;
  }
  const [payload] = events.flatMap(({ markerRecordedEventAttributes: marker }) =>
    marker?.markerName === 'core_local_activity' ? marker.details.data!.payloads : [],
  );
  const data = JSON.parse(Buffer.from(payload!.data, 'base64').toString()) as { activity_type: string };
  const swapped = { ...data, activity_type: another(data.activity_type) };
  payload!.data = Buffer.from(JSON.stringify(swapped)).toString('base64');
}

/** What an activity answered about an order: `created`, `not-created` or `unknown`. */
function outcomeIn({ activityTaskCompletedEventAttributes: completed }: RecordedEvent): string | undefined {
  const data = completed?.result?.payloads[0]?.data;
  if (data === undefined) return undefined;
  const answer = JSON.parse(Buffer.from(data, 'base64').toString()) as { outcome?: string | Answer };
  return typeof answer?.outcome === 'object' ? answer.outcome.outcome : answer?.outcome;
}
type Answer = { outcome: string };

const NOT_OF_THIS_WORKFLOW = /Nondeterminism|nondeterminism|determinism/;

it('there is a recording of every way a purchase, a deal, a sweep and the telling of renewals and of what waits can end', () => {
  const purchases = [
    ...['ordered', 'refused', 'cancelled', 'settled', 'chosen', 'watched'],
    ...['renewed', 'renewal-stopped', 'switched', 'tried'],
    ...['approved', 'approved-by-two', 'rejected', 'renewal-approved', 'no-rule-applied'],
    ...['ordered-with-search-attributes', 'refused-with-search-attributes'],
  ];
  const deals = [
    'deal-bought',
    'deal-incomplete',
    'deal-filled-in',
    'deal-won-again',
    'deal-not-won',
    'deal-lost',
  ];
  const others = ['sweep', 'renewals', 'books', 'quoted', 'vendor-lists-read', 'notices', 'notice'];
  for (const end of [...purchases, ...deals, ...others]) {
    expect(FIXTURES.some((name) => name.startsWith(end))).toBe(true);
  }
});

describe.each(FIXTURES)('%s', (name) => {
  it('replays with the workflow as it is', async () => {
    await replay(recorded(name));
  });

  it('replays as well when a trace began it', async () => {
    const history = recorded(name);
    const started = history.events[0]!.workflowExecutionStartedEventAttributes!;
    const data = Buffer.from('{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}');
    const encoding = Buffer.from('json/plain').toString('base64');
    const trace = { metadata: { encoding }, data: data.toString('base64') };
    started.header = { fields: { '_tracer-data': trace } };
    await replay(history);
  });

  it('does not replay when an activity is swapped for another', async () => {
    const history = recorded(name);
    swapFirstActivity(history);
    await expect(replay(history)).rejects.toThrow(NOT_OF_THIS_WORKFLOW);
  });

  it('orders only when nothing that was ordered before may have been bought', () => {
    let mayHaveBought = false;
    for (const event of recorded(name).events) {
      if (event.activityTaskScheduledEventAttributes?.activityType.name === 'createOrder') {
        expect(mayHaveBought).toBe(false);
        mayHaveBought = true;
      }
      const outcome = outcomeIn(event);
      if (outcome !== undefined) mayHaveBought = outcome !== 'not-created';
    }
  });
});

const SETTLED = FIXTURES.filter((name) => scheduled(recorded(name), 'scanOrders').length > 0);

it.each(SETTLED)(
  'ordering where it looked for the order is not a history of this workflow: %s',
  async (name) => {
    const history = recorded(name);
    for (const event of scheduled(history, 'scanOrders').slice(-1)) {
      event.activityTaskScheduledEventAttributes!.activityType.name = 'createOrder';
    }
    await expect(replay(history)).rejects.toThrow(NOT_OF_THIS_WORKFLOW);
  },
);

it('what people decided in an earlier run is neither ordered nor asked again', () => {
  const cancelled = recorded('cancelled-in-an-earlier-run.json');
  expect(scheduled(cancelled, 'createOrder')).toEqual([]);
  expect(cancelled.events.at(-1)!.eventType).toBe('EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED');
  const chosen = recorded('chosen-in-an-earlier-run.json');
  // One for the billing contact; none for the partner.
  const answered = chosen.events.filter(
    ({ eventType }) => eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED',
  );
  expect(answered).toHaveLength(1);
});

const childrenIn = (history: RecordedHistory) =>
  history.events.flatMap((event) => event.startChildWorkflowExecutionInitiatedEventAttributes ?? []);

it.each(FIXTURES.filter((name) => childrenIn(recorded(name)).length > 0))(
  'a run started under another id is not a history of this workflow: %s',
  async (name) => {
    const history = recorded(name);
    // A second purchase of a deal, or a second run of one, would be such a run.
    for (const child of childrenIn(history).slice(0, 1)) child.workflowId += '2';
    await expect(replay(history)).rejects.toThrow(NOT_OF_THIS_WORKFLOW);
  },
);
