import { outbound, refusalOfProxy } from '../config/outbound';
import type { Deal } from '../domain/deal';
import type { ErrorCode } from '../domain/error-catalogue';

/** A deal that a sweep has found. */
export interface SweptDeal {
  dealId: string;
  wonAt?: string;
}

/** Asks one account of a CRM. */
export interface DealReader {
  /**
   * Reads a deal with its positions and company.
   *
   * @returns undefined when the CRM has no such deal (any more)
   * @throws CrmError
   */
  readDeal(dealId: string): Promise<Deal | undefined>;
  /**
   * Deals that are won now and were changed since then: what a sweep compares with the deals the ledger knows. Reads all pages.
   *
   * @throws CrmError
   */
  wonSince(since: Date): Promise<SweptDeal[]>;
}

/** The CRM could not be asked. */
export class CrmError extends Error {
  override readonly name = 'CrmError';

  constructor(
    readonly code: Extract<ErrorCode, `Crm${string}`>,
    message: string,
    /** How long the CRM asks to wait, in ms. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/**
 * What a CRM tells beside a deal. Where it does not show that, though the deal itself was read with the same rights, the
 * deal goes on without: what is then not known is a reason to ask a person.
 */
export async function unlessHidden<Answer, Instead>(
  reading: Promise<Answer>,
  instead: Instead,
): Promise<Answer | Instead> {
  try {
    return await reading;
  } catch (error) {
    const isHidden =
      error instanceof CrmError && ['CrmUnauthorised', 'CrmAnswerUnreadable'].includes(error.code);
    if (isHidden) return instead;
    throw error;
  }
}

/** Of each call, from name look-up to the last byte, in ms. */
export const DEADLINE_MS = 10_000;

/** An answer as it came: the official clients hand out the body alone, parsed with loss, and hide a failure's status. */
export interface Answer {
  status: number;
  retryAfter: string | undefined;
  body: string;
}

/** How axios calls a CRM's API: with a bounded answer, each status being one, and no redirect, as the token would go along. */
export function callOptions(address: string, signal: AbortSignal) {
  return {
    signal,
    maxContentLength: 20 * 1024 * 1024,
    maxRedirects: 0,
    ...outbound(address),
    responseType: 'text' as const,
    validateStatus: () => true,
  };
}

/**
 * Why no answer came. Of an error the code alone is told: its other fields hold the request with the token.
 *
 * @param crm as people call it
 * @param where the address without ids
 */
export function unreached(
  crm: string,
  where: string,
  { error, signal, deadlineMs }: { error: unknown; signal: AbortSignal; deadlineMs: number },
): CrmError {
  const { code } = (error ?? {}) as { code?: unknown };
  const refusal = refusalOfProxy(code);
  if (refusal !== undefined) {
    return new CrmError('CrmProxyRefused', `${crm} cannot be reached at ${where}: ${refusal}.`);
  }
  const word = typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : 'UNKNOWN';
  const reason = signal.aborted ? `no answer within ${deadlineMs / 1000} s` : word;
  return new CrmError('CrmUnreachable', `${crm} cannot be reached (${reason} at ${where}).`);
}
