import type { ErrorEntry } from './error-entry';

/** The request is refused: nothing was ordered. */
export const REFUSALS = {
  InvalidRequest: {
    happened:
      'a field is missing, wrong, unknown or there twice, or holds a control character (U+0085); the message names it, what would be right and what came',
    todo: 'correct the field',
    step: 'refusal',
    http: [422, 'The request cannot be bought as it stands'],
  },
  ServiceNeedsPlan: {
    happened: 'the service is sold with another plan only (Disaster Recovery: Ultimate)',
    todo: 'ask for that plan, or leave the service out',
    step: 'refusal',
    http: [422, 'A service is sold with another plan only'],
  },
  RequestConflict: {
    happened:
      'the request id belongs to another purchase, which stays as it is; the message says what differs',
    todo: 'use a new request id',
    step: 'refusal',
    http: [409, 'The request id belongs to another purchase'],
  },
  WrongWorkflowId: {
    happened: 'the run was started under an id that is not `purchase:<requestId>`',
    todo: 'use the command in the message',
  },
  PartnerNotFound: {
    happened: 'the vendor has none such; the message lists what there is, at most ten',
    todo: 'correct the name, or name the id',
    step: 'refusal',
  },
  PlanNotFound: {
    happened: 'the vendor has none such; the message lists what there is, at most ten',
    todo: 'correct the name, or name the id',
    step: 'refusal',
  },
  ServiceNotFound: {
    happened: 'the vendor has none such; the message lists what there is, at most ten',
    todo: 'correct the name, or name the id',
    step: 'refusal',
  },
  SerialNumberNotFound: {
    happened: 'the vendor has none such; the message lists what there is, at most ten',
    todo: 'correct the name, or name the id',
    step: 'refusal',
  },
  BillingContactNotFound: {
    happened: 'the vendor has none such; the message lists what there is, at most ten',
    todo: 'correct the name, or name the id',
    step: 'refusal',
  },
  LedgerQuoteOutdated: {
    happened: "the order would not be what was quoted: the vendor's lists have changed since",
    todo: 'quote again under a new request id, and compare',
    step: 'refusal',
  },
  LedgerPurchaseBegun: {
    happened: 'a quote was asked for of a request that is a purchase already',
    todo: 'quote under a new request id',
    step: 'refusal',
  },
  StoppedByDecision: {
    happened:
      'a person decided that nothing is ordered, or that the order was not created and nothing more is bought',
    todo: 'nothing',
  },
  RejectedByDecision: {
    happened: 'the rules of the house want people to approve the order, and one of them rejected it',
    todo: 'wonce audit ID tells who, and why; send it again under a new request id, if it is wanted after all',
  },
  PortalRejected: {
    happened:
      'the vendor refuses, in its own envelope and under a name that it documents; the message has its words. Or a list of more than 2,000 pages was read and did not end',
    todo: 'as the vendor says; its request id is in the ledger',
    step: 'refusal',
  },
  ServiceRepeated: {
    happened: 'one service was asked for twice, under two names',
    todo: 'ask for it once',
    step: 'refusal',
  },
  IdNotOrderable: {
    happened:
      "the vendor's lookups gave an id that is no number, and an order wants numbers; or one with a control character",
    todo: 'report it',
    step: 'refusal',
  },
  OrderNotAllowed: {
    happened: 'the order that was about to be sent breaks a rule of its operation, whatever the lookups gave',
    todo: 'report it',
    step: 'refusal',
  },
  OperationSwitchedOff: {
    happened: 'the house has not switched the operation on (`WONCE_OPERATIONS`)',
    todo: 'see [Operations](operations.md), or order it in the Partner Portal',
    step: 'refusal',
  },
  PbxDiffers: {
    happened:
      'the vendor shows something else of the PBX than the request says: another plan, another number of extensions, another service, another term; the message has what is there and what would be right',
    todo: 'correct the request',
    step: 'refusal',
  },
  LedgerSettled: {
    happened: 'a second or reset run came to order for a purchase that had ended as refused or cancelled',
    todo: 'use a new request id',
    step: 'refusal',
  },
  LedgerConflict: {
    happened: 'a run came to order other content than the ledger has under its id',
    todo: 'use a new request id',
    step: 'refusal',
  },
  LedgerPersonalDataErased: {
    happened: 'personal data of a request that was quoted was erased before it was ordered',
    todo: 'use a new request id; see [Personal data](personal-data.md)',
    step: 'refusal',
  },
  LedgerUnknownPurchase: {
    happened: 'the ledger no longer has the purchase, or its attempt: it was restored from an older backup',
    todo: 'see [The ledger](ledger.md)',
    step: 'final',
  },
  OrderNotFulfilled: {
    happened: 'the order exists, and the vendor reports it as failed, invalid, cancelled or refunded',
    todo: 'look at it in the Partner Portal',
  },
} as const satisfies Record<string, ErrorEntry>;

/** The purchase waits and goes on by itself. */
export const WAITS = {
  PortalUnreachable: {
    happened: 'the vendor cannot be reached, or is out of order',
    todo: 'nothing; or see that `PORTAL_URL` is right',
    step: 'retryable',
  },
  PortalRateLimited: {
    happened: 'the vendor asks to slow down; the wait it asks for is kept',
    todo: 'nothing',
    step: 'retryable',
  },
  PortalUnauthorised: {
    happened: 'the vendor turns down the credentials',
    todo: 'correct `PORTAL_CLIENT_ID` and `PORTAL_CLIENT_SECRET`, start the worker again',
    step: 'retryable',
  },
  PortalMalformed: {
    happened:
      'the answer is not what the vendor documents, and so proves nothing: a redirect, a maintenance page, 403 or 404 in HTML, an error name that is not documented, a number of entries without a list, a list that does not hold still while it is read. The message says which',
    todo: "nothing; if it stays, see `PORTAL_URL`, or ask the vendor's support",
    step: 'retryable',
  },
  PortalNotFound: {
    happened:
      'the vendor says that what is asked for is not there, where that is no answer: a list, or an order that it has shown before',
    todo: 'nothing; if it stays, see `PORTAL_URL`',
    step: 'retryable',
  },
  PortalCatalogueNotUnderstood: {
    happened: "the vendor's list of plans and services has a shape that is not known, or is empty",
    todo: 'nothing; if it stays, report the keys that the message shows',
    step: 'retryable',
  },
  LedgerUnavailable: {
    happened: "the ledger's database cannot be used; nothing is ordered without it",
    todo: 'see that Postgres runs and `DATABASE_URL` is right',
    step: 'retryable',
    http: [503, 'The ledger cannot be used'],
  },
  PbxBusy: {
    happened: 'another order of the same PBX is under way: one at a time',
    todo: 'nothing; it goes on when that one has ended',
    step: 'retryable',
  },
  SendTimePassed: {
    happened: 'the worker was held up before it could send the order, and sent nothing',
    todo: 'nothing; a new attempt follows',
  },
  UnexpectedFailure: {
    happened: 'a bug',
    todo: "the worker's log; the server's log, by the `x-request-id` of its answer",
    step: 'retryable',
    http: [500, 'A bug: the log has more'],
  },
} as const satisfies Record<string, ErrorEntry>;

/** A person is needed. */
export const QUESTIONS = {
  PartnerAmbiguous: {
    happened: 'several match, or several billing contacts and none named',
    todo: '`wonce choose`',
    step: 'refusal',
  },
  PlanAmbiguous: {
    happened: 'several match, or several billing contacts and none named',
    todo: '`wonce choose`',
    step: 'refusal',
  },
  ServiceAmbiguous: {
    happened: 'several match, or several billing contacts and none named',
    todo: '`wonce choose`',
    step: 'refusal',
  },
  BillingContactAmbiguous: {
    happened: 'several match, or several billing contacts and none named',
    todo: '`wonce choose`',
    step: 'refusal',
  },
  OrderOutcomeUnknown: {
    happened:
      'whether the vendor took the order is not known; its orders are read back, and in the end a person is asked',
    todo: '`wonce settle`',
  },
  LedgerOrderTaken: {
    happened: 'the vendor answered with the number of an order that belongs to another request',
    todo: '`wonce settle`',
    step: 'final',
  },
  OrderMayExist: {
    happened:
      'before an order was sent again, the vendor showed an order that may be it and that nobody had seen',
    todo: '`wonce settle`, if it does not settle by itself',
  },
  LedgerRestored: {
    happened: "the ledger was restored from a backup: nothing is sent before the vendor's orders were read",
    todo: '`wonce settle`, see [The ledger](ledger.md#restore)',
  },
} as const satisfies Record<string, ErrorEntry>;

/** Nothing came of an attempt, and another one follows. */
export const ABSENCES = {
  OrderDecidedAbsent: {
    happened: 'a person decided that the order was not created, and to order again',
    todo: '',
  },
  OrderProvenAbsent: {
    happened: "the vendor's complete list has not held the order for `WONCE_REORDER_AFTER_ABSENCE`",
    todo: '',
  },
} as const satisfies Record<string, ErrorEntry>;

/** A decision is refused. */
export const DECISIONS = {
  NothingWaits: {
    happened: 'nothing waits for that decision (any more)',
    todo: '`wonce status ID`',
    http: [409, 'Nothing waits for that decision'],
  },
  DecisionRefused: {
    happened:
      'it is none of the candidates, contradicts the evidence, comes while the order may still be under way, or is about a win that is bought, or would change nothing; the message says which',
    todo: 'look again, decide again',
    step: 'refusal',
    http: [409, 'The decision is refused'],
  },
  DecisionInvalid: {
    happened:
      "it is no decision, its `by` or `why` holds a control or format character, or `by` is a name of the system's; the message says what would be",
    todo: 'correct it',
    http: [422, 'That is no decision'],
  },
} as const satisfies Record<string, ErrorEntry>;

/** The license is bought, and something of it is missing. */
export const REMAINDERS = {
  ActivationCodeMissing: {
    happened: 'the vendor shows no serial number for a new license, so its code cannot be asked for',
    todo: 'look at the order in the Partner Portal',
  },
} as const satisfies Record<string, ErrorEntry>;
