import { connectReaders } from './readers';
import { sourcesIn } from './deals-file/deals-file';
import { hubspotRights } from './hubspot/rights';
import { namedFields } from './license-rules';

/** A right that a source's reader needs, and a cheap read that fails without it. */
export interface RightToRead {
  right: string;
  /** @throws CrmError */
  use: () => Promise<unknown>;
}

/** A well-formed id that no deal has, of each CRM. */
const NOBODYS = { hubspot: '1', pipedrive: '999999999', salesforce: '006000000000000AAA' };

/**
 * What the worker needs to be allowed at each source, by the names of the sections in deals.yaml. A source that cannot be
 * asked has none.
 *
 * @throws as connectReaders
 */
export async function rightsToRead(
  dealsFile: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ReadonlyMap<string, RightToRead[]>> {
  const readers = await connectReaders({ dealsFile }, env);
  const rights = sourcesIn(dealsFile, env, 'reading').map((source): [string, RightToRead[]] => {
    const reader = readers.get(source.name)?.reader;
    if (source.crm === 'standard-webhooks' || reader === undefined) return [source.name, []];
    const ofSweeps = { right: 'won deals', use: () => reader.wonSince(new Date()) };
    if (source.crm === 'hubspot')
      return [source.name, [...hubspotRights(source, namedFields(source.license)), ofSweeps]];
    return [source.name, [{ right: 'a deal', use: () => reader.readDeal(NOBODYS[source.crm]) }, ofSweeps]];
  });
  return new Map(rights);
}
