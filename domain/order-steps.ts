/** The steps of one order, in their order: what the worker can observe of it. */
export const ORDER_STEPS = [
  'before-attempt-written',
  'after-attempt-written',
  'before-order-sent',
  'after-order-taken',
  'after-answer-judged',
  'before-outcome-recorded',
  'after-outcome-recorded',
  'before-activity-returns',
] as const;

export type OrderStep = (typeof ORDER_STEPS)[number];

/** Is told of each step as it is passed. */
export type StepObserver = (step: OrderStep) => void;
