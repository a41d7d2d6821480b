import { present } from '../domain/optional';
import type { DealReader } from './deal-reader';
import { sourcesIn } from './deals-file/deals-file';
import { namedFields } from './license-rules';
import type { ReadingSource, Source } from './source';

/** A source of deals.yaml, its rules, and what reads its deals back. */
export interface ConnectedSource {
  source: Source;
  /** Absent of senders that cannot be asked: their messages hold the deal itself. */
  reader?: DealReader;
}

/** By the names of the sections in deals.yaml. */
export type ConnectedSources = ReadonlyMap<string, ConnectedSource>;

/**
 * What the worker needs of deals.yaml: made of the tokens of the CRMs' APIs alone. Empty without a file.
 *
 * @throws DealsFileError, FieldNameWrong; Node's error when the file cannot be read
 */
export async function connectReaders(
  { dealsFile }: { dealsFile?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Promise<ConnectedSources> {
  const connected = sourcesIn(dealsFile, env, 'reading').map(
    async (source): Promise<[string, ConnectedSource]> => [
      source.name,
      { source, ...present({ reader: await readerOf(source) }) },
    ],
  );
  return new Map(await Promise.all(connected));
}

/** Loads the reader of the source's CRM alone: the CRMs' own clients are the most of what a worker would load. */
async function readerOf(source: ReadingSource): Promise<DealReader | undefined> {
  const fields = namedFields(source.license);
  switch (source.crm) {
    case 'hubspot':
      return new (await import('./hubspot/reader.js')).HubspotReader(source, fields);
    case 'pipedrive':
      return new (await import('./pipedrive/reader.js')).PipedriveReader(source, fields);
    case 'salesforce':
      return new (await import('./salesforce/reader.js')).SalesforceReader(source, fields);
    case 'standard-webhooks':
      return undefined;
  }
}
