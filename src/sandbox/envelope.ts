import { randomBytes } from 'node:crypto';

/** The vendor's envelope (vendor page "Response Results"). */
export function envelope(
  result: unknown,
  failure?: { code: string; detailMessage: string; status: number },
): object {
  return {
    code: failure?.code ?? 'success',
    detailMessage: failure?.detailMessage ?? '',
    requestId: randomBytes(16).toString('hex'),
    result,
    status: failure?.status ?? 200,
  };
}

/** A call that the vendor turns down. */
export class Refused extends Error {
  constructor(
    readonly httpStatus: number,
    readonly code: string,
    detailMessage: string,
  ) {
    super(detailMessage);
  }
}

/** A page of a list, as the vendor pages. */
export function page(entries: readonly unknown[], query: Record<string, string | undefined>): object {
  const pageNo = Number(query.pageNo ?? '1');
  const pageSize = Number(query.pageSize ?? '25');
  if (
    !Number.isInteger(pageNo) ||
    pageNo < 1 ||
    !Number.isInteger(pageSize) ||
    pageSize < 1 ||
    pageSize > 100
  ) {
    throw new Refused(
      400,
      'parameter_validation_failed',
      'pageNo, pageSize: expected whole numbers from 1, pageSize to 100',
    );
  }
  return {
    count: entries.length,
    pageNo,
    pageSize,
    total: entries.length,
    totalPage: Math.ceil(entries.length / pageSize),
    results: entries.slice((pageNo - 1) * pageSize, pageNo * pageSize),
  };
}
