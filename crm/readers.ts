import { present } from '../domain/optional';
import type { DealReader } from './deal-reader';
import { sourcesIn } from './deals-file/deals-file';
import { HubspotReader } from './hubspot/reader';
import { namedFields } from './license-rules';
import { PipedriveReader } from './pipedrive/reader';
import { SalesforceReader } from './salesforce/reader';
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
export function connectReaders(
  { dealsFile }: { dealsFile?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): ConnectedSources {
  const sources = sourcesIn(dealsFile, env, 'reading');
  return new Map(
    sources.map((source) => [source.name, { source, ...present({ reader: readerOf(source) }) }]),
  );
}

function readerOf(source: ReadingSource): DealReader | undefined {
  const fields = namedFields(source.license);
  switch (source.crm) {
    case 'hubspot':
      return new HubspotReader(source, fields);
    case 'pipedrive':
      return new PipedriveReader(source, fields);
    case 'salesforce':
      return new SalesforceReader(source, fields);
    case 'standard-webhooks':
      return undefined;
  }
}
