import { BasicApi } from '@hubspot/api-client/lib/codegen/crm/associations/v4';
import { textOf } from '../lossless';
import { unreadable, type HubspotApi, type HubspotRecord } from './api';

/** Associations a page: the most that HubSpot gives. */
const A_PAGE = 500;

export type Association = HubspotRecord & { toObjectId: string };

/** Which records of one kind belong to a deal. */
interface Associations {
  all: Association[];
  /** The earliest moment at which they can have been read, by HubSpot's clock, ms; NaN when that is not known. */
  readAt: number;
}

/**
 * Asks which records of one kind belong to a deal, at once: while the deal itself is read. Whoever wants the answer says when
 * the deal was moved last, by HubSpot's clock, ms. What may have been read before that can lack what was added in between,
 * and no deal is bought without anything that it was won with: then it is asked once more.
 *
 * @returns what answers; throws CrmError
 */
export function askAssociations(
  api: HubspotApi,
  dealId: string,
  to: 'companies' | 'line_items',
): (movedAt: number) => Promise<Association[]> {
  const read = () => readAssociations(api, dealId, to);
  const early = read();
  // Of a deal that is gone or cannot be read, that is told; nobody waits for this.
  early.catch(() => undefined);
  return async (movedAt) => {
    const { all, readAt } = await early;
    return readAt > movedAt ? all : (await read()).all;
  };
}

/** All of them, which those that come along with a deal need not be. */
async function readAssociations(
  api: HubspotApi,
  dealId: string,
  to: 'companies' | 'line_items',
): Promise<Associations> {
  const where = `deals/{id}/associations/${to}`;
  const found = new Map<string, Association>();
  const seen = new Set<string>();
  let readAt = NaN;
  for (let after: string | undefined; ; seen.add(after)) {
    // The client's parts have the same configuration, each under a type of its own.
    const page = await api.page(where, (configuration) =>
      new BasicApi(configuration as never).getPage('deals', dealId, to, after, A_PAGE),
    );
    if (after === undefined) readAt = page.readAt;
    for (const association of page.results) {
      const toObjectId = textOf(association.toObjectId);
      if (toObjectId === undefined) throw unreadable(where, 'expected `toObjectId` of each');
      found.set(toObjectId, { ...association, toObjectId });
    }
    after = page.after;
    if (after === undefined) return { all: [...found.values()], readAt };
    if (seen.has(after)) throw unreadable(where, 'its pages go round in circles');
  }
}
