import type { ErrorEntry } from './error-entry';

/** A won deal: reasons in its status, and types of its failures in Temporal. */
export const DEALS = {
  WonBeforeSince: {
    happened: 'it was won before `since`; nothing was bought',
    todo: 'nothing, or `wonce deals buy`',
  },
  WonTimeUnknown: {
    happened: 'it may have been won before `since` or after it, and nobody can tell; nothing was bought',
    todo: '`wonce deals buy` or `wonce deals dismiss`; [When a deal was won](deals.md#when-a-deal-was-won)',
  },
  DealMerged: {
    happened: 'the CRM made it of several deals, any of which may have been bought under its own id',
    todo: '`wonce deals list`, then `wonce deals buy` or `wonce deals dismiss`',
  },
  WonAgain: {
    happened:
      'it was bought or dismissed before, and is won again; `wonAgain` in `deals.yaml` says what follows',
    todo: '`wonce deals buy` or `wonce deals dismiss`, if a person is asked',
  },
  PurchaseIdTaken: {
    happened: "somebody else's purchase has the id that the deal's would have; nothing was bought",
    todo: '`wonce audit ID`, then `wonce deals buy` (under another id) or `wonce deals dismiss`',
  },
  DealChanged: {
    happened: 'it has changed since it was shown to whoever decided to buy it; nothing was bought',
    todo: 'look at it, then `wonce deals buy` or correct it',
  },
  DealGone: { happened: 'the CRM has no such deal (any more); nothing was bought', todo: 'nothing' },
  RunCancelled: {
    happened: 'its run was cancelled in Temporal before anything was bought',
    todo: 'nothing, or `wonce deals buy`',
  },
  InvalidDeal: {
    happened: 'a run was started with something that is no notification of a deal: every field is checked',
    todo: 'what the message says; `WrongWorkflowId` is the like for the id of the run',
  },
  SourceUnknown: {
    happened:
      "the worker's `deals.yaml` has no section of that account, and it is tried again; or none of that name, and the sweep fails",
    todo: 'put the section there, start the worker again; or delete the schedule, as the message says',
  },
  SourceNotSwept: {
    happened: 'a sweep of a source that cannot be asked; it fails',
    todo: 'delete the schedule, as the message says',
  },
  InvalidSweep: {
    happened: 'a sweep was started with something that is no name of a source',
    todo: 'what the message says',
  },
  CrmUnreachable: {
    happened: 'the CRM cannot be reached, or is out of order; it is tried again',
    todo: 'nothing; or see `api` in `deals.yaml`',
    step: 'retryable',
  },
  CrmProxyRefused: {
    happened:
      'the way to the CRM leads through the proxy of `HTTPS_PROXY`, and there is no way through it; it is tried again',
    todo: 'what the message says: [Connections](connections.md#a-proxy-for-what-leaves-the-house)',
    step: 'retryable',
  },
  CrmRateLimited: {
    happened: 'the CRM asks to slow down; it is tried again',
    todo: 'nothing',
    step: 'retryable',
  },
  CrmUnauthorised: {
    happened: 'the CRM turns down the credentials; it is tried again',
    todo: 'correct the secret that `deals.yaml` names, start the worker again',
    step: 'retryable',
  },
  CrmAnswerUnreadable: {
    happened: "the CRM's answer is not what it documents; it is tried again",
    todo: 'nothing; if it stays, report it',
    step: 'retryable',
  },
  LedgerUnknownDeal: {
    happened: 'the ledger has no such deal; where a run says so, it was restored from an older backup',
    todo: 'let the deal be notified again; see [The ledger](ledger.md#restore)',
    step: 'final',
  },
} as const satisfies Record<string, ErrorEntry>;
