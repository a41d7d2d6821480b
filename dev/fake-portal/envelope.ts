import { randomBytes } from 'node:crypto';

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

function requestId(): string {
  return randomBytes(16).toString('hex');
}
