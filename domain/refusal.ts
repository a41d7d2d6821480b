import type { ErrorCode } from './error-catalogue';

/** A request that will not be bought, whoever asks how often: what was asked, what there is, what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: ErrorCode,
    message: string,
    /** Facts for machines; no personal data. */
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** An id that Wonce makes for the purchases of deals was given from outside. */
export function reservedId(requestId: string): Refusal {
  return new Refusal(
    'InvalidRequest',
    `requestId: expected an id of your own; came "${requestId}", and ids that begin with the name of a CRM and a colon are ` +
      'made by Wonce for the purchases of won deals. Nothing was begun. A deal is bought with: wonce deals buy DEAL',
  );
}

/** The id of a request belongs to a purchase of other content. @param differences in what they differ, in words */
export function requestConflict(requestId: string, differences: readonly string[]): Refusal {
  return new Refusal(
    'RequestConflict',
    `The request id "${requestId}" belongs to another purchase, which stays as it is. ` +
      `What differs: ${differences.join('; ')}. Use a new request id.`,
  );
}
