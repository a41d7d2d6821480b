/**
 * What the ledger keeps a chain of events of: the table of its rows and their key, the table of what belongs to a row,
 * each with a number that counts from 1, and the table of its events.
 */
export const RECORD_KINDS = {
  purchase: {
    rows: 'purchases',
    key: 'request_id',
    parts: 'order_attempts',
    number: 'attempt',
    events: 'events',
  },
  deal: { rows: 'deals', key: 'deal', parts: 'deal_wins', number: 'episode', events: 'deal_events' },
} as const;

export type RecordKind = keyof typeof RECORD_KINDS;
