/** A question or command that cannot be served; the message says what to do. Codes are in docs/errors.md. */
export class ClientError extends Error {
  override readonly name = 'ClientError';

  constructor(
    readonly code:
      | 'TemporalUnreachable'
      | 'LedgerUnreachable'
      | 'NoWorker'
      | 'UnknownPurchase'
      | 'UnknownDeal'
      | 'NothingWaits'
      | 'DecisionRefused'
      | 'DecisionInvalid'
      | 'WrongUse',
    message: string,
  ) {
    super(message);
  }
}
