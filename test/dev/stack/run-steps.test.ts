import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stepOf } from '../../../dev/stack/run-steps';
import { ROOT } from '../../support/processes';

const HISTORIES = join(ROOT, 'test', 'replay', 'histories');

function stepsOf(file: string) {
  const events = historyFromJSON(JSON.parse(readFileSync(join(HISTORIES, file), 'utf8'))).events ?? [];
  return events.flatMap((event, index) => stepOf(event, events.slice(0, index)) ?? []);
}

it('a step that was part of a workflow task is told with the time that it took', () => {
  const [looked, ordered] = stepsOf('ordered-at-once.json');
  expect(looked).toMatchObject({ activity: 'acceptAndLookUp', ended: 'completed' });
  expect(looked!.tookMs).toBeCloseTo(228, 0);
  expect(ordered).toMatchObject({ activity: 'createOrder', ended: 'completed' });
});

it('no step of any recorded run has taken less than nothing', () => {
  const steps = readdirSync(HISTORIES).flatMap(stepsOf);
  expect(steps.length).toBeGreaterThan(100);
  expect(steps.filter(({ tookMs }) => tookMs < 0)).toEqual([]);
});
