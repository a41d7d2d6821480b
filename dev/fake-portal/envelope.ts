import { randomBytes } from 'node:crypto';
import type { FakePortalSettings } from './settings';

/** A call that the vendor turns down. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly httpStatus: number,
    readonly code: string,
    detailMessage: string,
  ) {
    super(detailMessage);
  }
}

/** A call that breaks a rule of the documentation. The one error name that the vendor's pages show. */
export function invalid(detailMessage: string): Refused {
  return new Refused(400, 'parameter_validation_failed', detailMessage);
}

/** The vendor's envelope around a result (vendor page "Response Results"). */
export function success(result: unknown): object {
  return { code: 'success', detailMessage: '', requestId: requestId(), result, status: 200 };
}

/** The vendor's envelope around a failure (vendor page "Response Results"). */
export function failure({ httpStatus, code, message }: Refused): object {
  return { code, detailMessage: message, requestId: requestId(), result: {}, status: httpStatus };
}

/** Keys of ids in answers. */
const IDS = /"(id|partnerId|billingContactId|planId|serviceId|offeringId)":"(\d+)"/g;

/** An envelope as the settings want it, as text: an id as a number has more digits than a double. */
export function written(
  envelope: object,
  { idsAs, envelopeStatus, showRequestId }: FakePortalSettings,
): string {
  const { status, requestId: id, ...rest } = envelope as Record<string, unknown>;
  const json = JSON.stringify({
    ...rest,
    ...(showRequestId && { requestId: id }),
    ...(envelopeStatus !== 'missing' && { status: envelopeStatus === 'text' ? String(status) : status }),
  });
  return idsAs === 'number' ? json.replace(IDS, '"$1":$2') : json;
}

function requestId(): string {
  return randomBytes(16).toString('hex');
}
