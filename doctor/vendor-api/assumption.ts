import { PortalError } from '../../portal/portal-error';
import { notChecked, notHandled, REPORT_IT, type Finding, type Row } from '../row';
import { failedRead } from './failed-read';
import type { RawRead } from './vendor-account';

/** Something that Wonce counts on, and how a look at an answer tells whether it is so. */
export interface Assumption<Seen> {
  what: string;
  /** The vendor's page that says it or leaves it open. */
  page: string;
  look: (seen: Seen) => Finding | Promise<Finding>;
}

/** Looks at each. A look that fails is a row like any other. */
export async function lookAll<Seen>(seen: Seen, assumptions: readonly Assumption<Seen>[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { what, page, look } of assumptions)
    rows.push(portalRow(what, page, await findingOf(look, seen)));
  return rows;
}

/** Looks at a good answer; of another one the first row says why it is none, and nothing more can be said. */
export async function lookAtRead(read: RawRead, assumptions: readonly Assumption<unknown>[]): Promise<Row[]> {
  if (read.isGood) return lookAll(read.result, assumptions);
  return assumptions.map(({ what, page }, index) =>
    portalRow(what, page, index === 0 ? failedRead(read) : notChecked('there is no answer to look at')),
  );
}

/** Nothing can be looked at. */
export function noneChecked(assumptions: readonly Assumption<never>[], why: string, next = ''): Row[] {
  return assumptions.map(({ what, page }) => portalRow(what, page, notChecked(why, next)));
}

export function portalRow(what: string, page: string, finding: Finding): Row {
  return { subject: 'portal', what, ...finding, page };
}

/** What the product itself makes of the same answers. */
export async function handledBy(reading: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await reading();
    return undefined;
  } catch (error) {
    if (error instanceof PortalError) return error.code;
    throw error;
  }
}

async function findingOf<Seen>(look: Assumption<Seen>['look'], seen: Seen): Promise<Finding> {
  try {
    return await look(seen);
  } catch (error) {
    const { code, name } = error as { code?: string; name: string };
    return notHandled(`looking at it failed (${code ?? name})`, REPORT_IT);
  }
}
