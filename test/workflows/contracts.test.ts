import { SEND_WITHIN_MS } from '../../activities/order/create-order';
import { CHECK, SCAN, ORDER, READ, READ_PAGES, RECORD, SEND } from '../../workflows/activity-proxies';
import { PURCHASE_RUN } from '../../workflows/deal/watch-purchase';

/**
 * Replay compares neither options nor inputs of activities: the contract of the one call that spends money is held
 * here, word for word.
 */
it('createOrder: one attempt, a dead worker is noticed soon, no schedule-to-close, not eager', () => {
  expect(ORDER).toEqual({
    startToCloseTimeout: 60_000,
    heartbeatTimeout: '10 seconds',
    retry: { maximumAttempts: 1 },
    allowEagerDispatch: false,
    priority: { priorityKey: 2 },
  });
});

it('a worker that was held up begins and sends no order once it may have been declared dead', () => {
  const heartbeatTimeoutMs = Number.parseInt(ORDER.heartbeatTimeout, 10) * 1_000;
  // Temporal counts from when it has handed the activity out, which is a little before it begins.
  expect(SEND_WITHIN_MS).toBeLessThanOrEqual(heartbeatTimeoutMs - 2_000);
});

it.each([READ, RECORD])('reads and records are repeated for as long as it takes', (options) => {
  expect(options.retry).not.toHaveProperty('maximumAttempts');
  expect(options).not.toHaveProperty('scheduleToCloseTimeout');
});

it.each([READ, CHECK])('a single read whose worker died is noticed within a minute', (options) => {
  expect(options.startToCloseTimeout).toBe('1 minute');
});

it.each([READ_PAGES, SCAN])('a read of pages may take longer, and is noticed as soon', (options) => {
  expect(options).toMatchObject({ startToCloseTimeout: '2 hours', heartbeatTimeout: '1 minute' });
});

/** Nor does replay compare how a child is started. */
it('a purchase of a deal goes on without the run of the deal, and no ended run of its id stands in its way', () => {
  expect(PURCHASE_RUN).toEqual({
    // Once is what the ledger makes it: whoever took the id in Temporal would keep the deal from being bought.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    parentClosePolicy: 'ABANDON',
    cancellationType: 'ABANDON',
  });
});

it('a notice is sent for a day, at least every ten minutes unless its address asks for less; a dead worker is noticed', () => {
  expect(SEND).toEqual({
    startToCloseTimeout: '30 seconds',
    scheduleToCloseTimeout: '1 day',
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 minutes' },
  });
});
