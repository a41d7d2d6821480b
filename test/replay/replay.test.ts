import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE } from '../support/bundle';

/** The parts of a recorded history that these tests look at. */
interface RecordedEvent {
  eventId: string;
  eventType: string;
  activityTaskScheduledEventAttributes?: { activityId: string; activityType: { name: string } };
  workflowExecutionStartedEventAttributes?: { workflowId: string };
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

it('there is a recording of every way a purchase can end', () => {
  for (const end of ['ordered', 'refused', 'cancelled', 'unknown']) {
    expect(FIXTURES.some((name) => name.startsWith(end))).toBe(true);
  }
});

describe.each(FIXTURES)('%s', (name) => {
  it('replays with the workflow as it is', async () => {
    await replay(recorded(name));
  });

  it('does not replay when an activity is swapped for another', async () => {
    const history = recorded(name);
    const [event] = history.events.filter((one) => one.activityTaskScheduledEventAttributes);
    event!.activityTaskScheduledEventAttributes!.activityType.name = 'readOrder';
    await expect(replay(history)).rejects.toThrow(/Nondeterminism|nondeterminism|determinism/);
  });

  it('holds at most one order that may have bought something', () => {
    const history = recorded(name);
    const repeats = name.includes('slow-down') ? 2 : 1;
    expect(scheduled(history, 'createOrder').length).toBeLessThanOrEqual(repeats);
  });
});

it.each(['unknown-connection-cut.json', 'unknown-worker-killed.json'])(
  'after an unknown outcome, a second createOrder is not a history of this workflow: %s',
  async (name) => {
    const history = recorded(name);
    const [order] = scheduled(history, 'createOrder');
    const end = history.events.pop()!;
    const again = structuredClone(order!);
    again.eventId = end.eventId;
    again.activityTaskScheduledEventAttributes!.activityId = '99';
    history.events.push(again);
    await expect(replay(history)).rejects.toThrow(/Nondeterminism|nondeterminism|determinism/);
  },
);
