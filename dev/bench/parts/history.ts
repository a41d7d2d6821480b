import { temporal } from '@temporalio/proto';
import { purchaseWorkflowIdOf } from '../../../domain/workflow-ids';
import type { Ground } from '../ground';
import type { Part } from '../part';
import { median } from '../percentiles';
import type { Row } from '../row';

const { History } = temporal.api.history.v1;
const PURCHASES = 11;

/** What a purchase leaves in Temporal: it is written there, kept for the retention, and read when a run is replayed. */
export const history: Part = {
  name: 'history',
  about: `the history of a purchase, medians of ${PURCHASES} one after the other`,
  isForCluster: true,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  const stack = await ground.stack();
  const events: number[] = [];
  const bytes: number[] = [];
  for (let purchase = 0; purchase < PURCHASES; purchase++) {
    const workflowId = purchaseWorkflowIdOf(await stack.buy());
    const fetched = await stack.temporal.workflow.getHandle(workflowId).fetchHistory();
    events.push(fetched.events?.length ?? 0);
    bytes.push(History.encode(fetched).finish().length);
  }
  yield {
    what: 'events in the history of a purchase',
    measured: median(events),
    unit: 'events',
    target: { of: 'measured', is: 'at most', value: 20 },
  };
  yield {
    what: 'size of the history of a purchase',
    measured: median(bytes),
    unit: 'bytes',
    target: { of: 'measured', is: 'at most', value: 15_000 },
  };
}
