import type { ErrorEntry } from './error-entry';

/** What the HTTP server answers beside those. */
export const HTTP = {
  MalformedHttp: {
    happened: 'it is no HTTP, or its path or `Content-Type` is badly written',
    todo: 'correct the call',
    http: [400, 'The HTTP request is malformed'],
  },
  Unauthorised: {
    happened:
      'the API was called without one of `WONCE_API_TOKENS`, the codec server without one of `WONCE_CODEC_TOKENS`',
    todo: 'send `Authorization: Bearer TOKEN`',
    http: [401, 'A bearer token is needed'],
  },
  NotAuthentic: {
    happened: 'a webhook did not prove itself; why is in the log',
    todo: 'compare the secret at the CRM with that in `deals.yaml`',
    http: [401, 'The message is not authentic'],
  },
  TooManyRefused: {
    happened: 'too many calls with wrong tokens or signatures wait for their answers',
    todo: 'correct the secret; `Retry-After` says when to try',
    http: [429, 'Too many wrong tokens or signatures come at the same time'],
  },
  TooManySignIns: {
    happened:
      'from one address more sign-ins by OpenID Connect were begun or ended within a minute than people do',
    todo: '`Retry-After` says when to try; behind a proxy, set `WONCE_TRUST_PROXY`',
    http: [429, 'Too many sign-ins come from one address'],
  },
  HostNotAllowed: {
    happened:
      "the server has no tokens, and was called by another name than this machine's, or through a proxy",
    todo: 'call `localhost`, or set `WONCE_API_TOKENS`',
    http: [403, 'Without tokens, only this machine may call'],
  },
  CrossSite: {
    happened: 'the page was sent a form by another site, or by a browser that does not say from where',
    todo: 'open the page by its own address, and send the form from there',
    http: [403, 'The page takes forms only from itself'],
  },
  OriginNotAllowed: {
    happened: 'the codec server was called by a page that is not in `WONCE_CODEC_ORIGINS`',
    todo: 'add the origin of the page, such as `https://temporal.example`',
    http: [403, 'Pages of this origin may not call'],
  },
  UnknownPath: {
    happened: 'there is nothing under this path',
    todo: 'see `/openapi.json`',
    http: [404, 'There is nothing under this path'],
  },
  UnknownSource: {
    happened: '`deals.yaml` has no section of that name',
    todo: 'correct the address at the CRM, or `deals.yaml`',
    http: [404, 'No such source of deals is known'],
  },
  MethodNotAllowed: {
    happened: 'the path has other methods; `Allow` lists them',
    todo: 'use one of them',
    http: [405, 'This path has other methods'],
  },
  RequestTooSlow: {
    happened: 'headers did not come within 5 s, or the whole request within 15 s',
    todo: 'send it again',
    http: [408, 'The HTTP request came too slowly'],
  },
  BodyTooLarge: {
    happened: 'the body is larger than 1 MB',
    todo: 'send fewer events at a time',
    http: [413, 'The body is larger than 1 MB'],
  },
  NotJson: {
    happened: 'the API was sent something else than `application/json`',
    todo: 'send `Content-Type: application/json`',
    http: [415, 'The body has to be application/json'],
  },
  BodyEncoded: {
    happened: 'the body is compressed',
    todo: 'send it as it is',
    http: [415, 'The body has to come as it is, without a content encoding'],
  },
  InvalidQuery: {
    happened: '`status`, `limit` or `after` is wrong, or there is another parameter',
    todo: 'correct it',
    http: [422, 'The query cannot be answered'],
  },
  PayloadsInvalid: {
    happened: 'the codec server was sent something else than payloads in JSON',
    todo: 'send what the message shows',
    http: [422, 'The body holds no payloads'],
  },
  MessageUnreadable: {
    happened: 'a webhook is authentic, and nothing in it can be read',
    todo: 'see what the CRM sends',
    http: [422, 'Nothing in the message can be read'],
  },
  HeadersTooLarge: {
    happened: 'the headers are larger than 16 kB',
    todo: 'send fewer',
    http: [431, 'The headers are larger than 16 kB'],
  },
  NotReady: {
    happened: '`/readyz`: the server cannot do its work now; it says why',
    todo: 'nothing; or what it says',
    http: [503, 'The server cannot do its work now'],
  },
  EventUnreadable: {
    happened: 'in the log alone: one event of a webhook could not be read, the others were taken',
    todo: 'see what the CRM sends',
  },
} as const satisfies Record<string, ErrorEntry>;

/** The command and the processes. */
export const PROCESSES = {
  WrongUse: {
    happened:
      'options do not go together, an id holds a control character, or a file cannot be read or is no text; exit code 2',
    todo: 'as the message says',
  },
  LedgerErasureRefused: {
    happened:
      '`wonce erase`: a purchase or deal of which something was to be erased has not ended; the message says which, and how it stands',
    todo: 'let it come to its end, or end it; see [Personal data](personal-data.md)',
    step: 'final',
  },
  LedgerOlder: {
    happened:
      '`wonce recover`: Temporal knows of an order that the ledger does not, as the ledger was restored to an older state; this purchase was not started again',
    todo: 'set `WONCE_LEDGER_RESTORED_FROM` for all workers, and recover with `--after-restore`; see [The ledger is restored](runbooks/ledger-restored.md)',
  },
  RunTerminated: {
    happened:
      "`wonce recover`: somebody terminated the purchase's run in Temporal, so that it is not lost; it was not started again",
    todo: 'leave it, or recover with `--terminated`; see [Temporal is lost](runbooks/temporal-lost.md)',
  },
  LedgerNotEmpty: {
    happened: '`wonce ledger import`: the ledger has something already; nothing was written',
    todo: 'import into a new database, after `wonce tables`',
    step: 'final',
  },
  LedgerVersionDiffers: {
    happened: '`wonce ledger import`: the file is of tables of another version; nothing was written',
    todo: 'run `wonce tables` on both with one version of Wonce, and export again',
    step: 'final',
  },
  LedgerFileBroken: {
    happened:
      '`wonce ledger import`: the file is no exported ledger, or not whole, or was changed; nothing was written',
    todo: 'export again',
    step: 'final',
  },
  LedgerImportRefused: {
    happened: '`wonce ledger import`: what came in does not verify; nothing was written',
    todo: '`wonce audit --verify` on the ledger that it came from',
    step: 'final',
  },
  LedgerRights: {
    happened:
      '`wonce tables --for`: there is no such role, it owns the tables itself, or `DATABASE_URL` does not name their owner; the message says which',
    todo: 'as the message says',
    step: 'final',
  },
  UnknownPurchase: {
    happened: 'neither Temporal nor the ledger knows the id',
    todo: '`wonce list`',
    http: [404, 'No such purchase is known'],
  },
  UnknownDeal: {
    happened: 'neither Temporal nor the ledger knows the deal',
    todo: '`wonce deals list`',
    http: [404, 'No such deal is known'],
  },
  QuoteRefused: {
    happened:
      'there is no quote: what would refuse the purchase, or what is not clear, refuses it; the message begins with the code of that',
    todo: 'as the message says; nothing was ordered',
    http: [422, 'What was asked for cannot be quoted'],
  },
  NoWorker: {
    happened: 'the run does not answer',
    todo: 'start a worker, `wonce worker`',
    http: [503, 'The run does not answer'],
  },
  TemporalUnreachable: {
    happened: 'the command cannot reach it',
    todo: 'the message says which setting',
    http: [503, 'Temporal cannot be reached'],
  },
  LedgerUnreachable: { happened: 'the command cannot reach it', todo: 'the message says which setting' },
  InvalidRenewals: {
    happened: 'a run that tells renewals was started with something that is no number of days; it fails',
    todo: 'what the message says',
  },
  InvalidBooks: {
    happened: 'a run that compares the books was started with something that is no time; it fails',
    todo: 'what the message says',
  },
  BooksNotCompared: {
    happened: '`wonce reconcile`: the run that compares failed; the message begins with the code of why',
    todo: 'as the message says; nothing was changed',
  },
  SearchAttributesRefused: {
    happened:
      '`wonce setup`: Temporal lets nobody register search attributes there, as Temporal Cloud; nothing needs them',
    todo: 'the command in the message',
  },
  InvalidNotices: {
    happened:
      'a run that looks for notices was started with something else than a number of days, or nothing; it fails',
    todo: 'what the message says',
  },
  NoticeNotTaken: {
    happened:
      'an address of `WONCE_NOTICES` did not answer, or not with 2xx; the notice is sent again, for a day',
    todo: 'look at the receiver that the message names',
    step: 'retryable',
  },
  NoticeAddressUnknown: {
    happened: 'a notice is for an address that the worker has no more',
    todo: 'nothing, where it was taken away on purpose; else add it to `WONCE_NOTICES`',
    step: 'retryable',
  },
  SettingsInvalid: {
    happened: 'environment variables are missing or wrong; all are listed',
    todo: '[Settings](settings.md)',
  },
  DealsFileInvalid: {
    happened: '`deals.yaml` or a secret that it names has mistakes; all are listed with their lines',
    todo: '[Won deals](deals.md)',
  },
  FieldNameWrong: {
    happened: 'at their start: `deals.yaml` names a field that Salesforce can have none of',
    todo: 'write its API name, such as `Serial_Number__c` or `Owner.Email`',
  },
  DealFileInvalid: {
    happened: 'what was given with `--deal` is no deal; the message says what would be',
    todo: '[Won deals](deals.md)',
  },
  PayloadKeyUnknown: {
    happened:
      'a payload in Temporal is encrypted with a key that is not in `WONCE_PAYLOAD_KEYS`; the message has its id. The run waits',
    todo: 'add the key behind the first one, and start again: [Payload privacy](payload-privacy.md)',
    http: [503, 'A key of the payloads is missing'],
  },
  PayloadUnreadable: {
    happened:
      'a payload in Temporal does not open with the key of its id: it was changed, or the id has another key now. The run waits',
    todo: 'put the key back that had the id: [Payload privacy](payload-privacy.md)',
    http: [503, 'A payload cannot be decrypted'],
  },
  BundleMissing: { happened: 'the worker was not built', todo: '`npm run build`' },
  NamespaceMissing: {
    happened: 'Temporal has no such namespace',
    todo: 'the command in the message makes it',
  },
  ApiTokensMissing: {
    happened: 'the HTTP server would listen where others reach it, without tokens',
    todo: 'set `WONCE_API_TOKENS`',
  },
  AddressNotUsable: {
    happened: 'a process cannot listen on its address',
    todo: '`WONCE_HOST`, `WONCE_PORT`; `WONCE_METRICS`',
  },
  PortalCredentialsRejected: {
    happened: "at the worker's start, the vendor turned down the credentials",
    todo: 'correct them',
  },
  TemporalNotFound: {
    happened: '`npm start` can neither find nor fetch a Temporal server; every way is listed',
    todo: 'one of them',
  },
  FolderInUse: { happened: 'another process uses the data folder', todo: 'stop it, or set `WONCE_DATA_DIR`' },
  ProcessTimesUnknown: {
    happened: 'when processes were started is not told, so no folder can be locked',
    todo: 'install `ps`; on Windows use WSL',
  },
  PartFailed: {
    happened: 'a part of `npm start` did not come up; its last words are shown',
    todo: 'its log in `.wonce/logs`',
  },
  FolderNotPrivate: {
    happened: 'the data folder belongs to another user, or all users share it',
    todo: 'choose one of your own with `WONCE_DATA_DIR`',
  },
} as const satisfies Record<string, ErrorEntry>;
