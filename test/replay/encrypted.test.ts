import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataConverterOf } from '../../config/data-converter';
import { ENCODING_BUNDLE } from '../support/bundle';
import { FIXED_PAYLOAD_KEY } from './fixed-payload-key';

const ENCRYPTED = join(__dirname, 'encrypted-histories');
const CLEAR = join(__dirname, 'histories');
const OTHER = `other:${Buffer.alloc(32, 'o').toString('base64')}`;

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
});

const namesIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.json'));

interface RecordedHistory {
  events: {
    workflowExecutionStartedEventAttributes?: { workflowId: string };
    activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  }[];
}

const recorded = (folder: string, name: string) =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as RecordedHistory;

function replay(history: RecordedHistory, keys: string): Promise<void> {
  const { workflowId } = history.events[0]!.workflowExecutionStartedEventAttributes!;
  const dataConverter = dataConverterOf({ WONCE_PAYLOAD_KEYS: keys });
  const workflowBundle = { codePath: ENCODING_BUNDLE };
  return Worker.runReplayHistory({ workflowBundle, dataConverter }, history, workflowId);
}

describe.each(namesIn(ENCRYPTED))('encrypted: %s', (name) => {
  it('replays with its key, first or behind another', async () => {
    await replay(recorded(ENCRYPTED, name), FIXED_PAYLOAD_KEY);
    await replay(recorded(ENCRYPTED, name), `${OTHER},${FIXED_PAYLOAD_KEY}`);
  });

  it('does not replay without its key', async () => {
    await expect(replay(recorded(ENCRYPTED, name), OTHER)).rejects.toThrow();
  });

  it('does not replay when an activity is swapped for another', async () => {
    const history = recorded(ENCRYPTED, name);
    const event = history.events.find((one) => one.activityTaskScheduledEventAttributes);
    event!.activityTaskScheduledEventAttributes!.activityType.name = 'readOrder';
    await expect(replay(history, FIXED_PAYLOAD_KEY)).rejects.toThrow(/determinism/i);
  });

  it('holds nothing in clear of what was bought', () => {
    const text = readFileSync(join(ENCRYPTED, name), 'utf8');
    expect(text).not.toContain(Buffer.from('json/plain').toString('base64'));
    expect(text).not.toMatch(/Lagoon|reseller/);
    expect(text).toContain('Encoded failure');
  });
});

it.each(namesIn(CLEAR))('in clear, by a worker that has a key since: %s replays', async (name) => {
  await replay(recorded(CLEAR, name), FIXED_PAYLOAD_KEY);
});
