import { readFileSync } from 'node:fs';
import { decodeText } from '../validation/decode-text';
import type { CrmAccount } from './crm-account';
import { DealsFileError, readDealsFile } from './deals-file/deals-file';
import { hubspotAccount } from './hubspot/hubspot';
import { namedFields } from './named-fields';
import { pipedriveAccount } from './pipedrive/pipedrive';
import { salesforceAccount } from './salesforce/salesforce';
import type { Source } from './source';
import { standardWebhooksAccount } from './standard-webhooks/standard-webhooks';

/** An account of deals.yaml with what it sends and how it is asked. */
export interface ConnectedSource {
  source: Source;
  account: CrmAccount;
}

/** By the names of the sections in deals.yaml. */
export type ConnectedSources = ReadonlyMap<string, ConnectedSource>;

/**
 * The accounts of a deals.yaml; none without one.
 *
 * @param publicUrl the address under which senders reach the server
 * @throws DealsFileError; Node's error when the file cannot be read
 */
export function connectSources(
  { dealsFile, publicUrl }: { dealsFile?: string | undefined; publicUrl: string },
  env: Readonly<Record<string, string | undefined>>,
): ConnectedSources {
  if (dealsFile === undefined) return new Map();
  const sources = readDealsFile(textIn(dealsFile), env);
  return new Map(sources.map((source) => [source.name, { source, account: accountOf(source, publicUrl) }]));
}

/** @throws DealsFileError when it is no text */
function textIn(file: string): string {
  const text = decodeText(readFileSync(file));
  if (text !== undefined) return text;
  const problem = 'expected text in UTF-8, or in UTF-16 with a byte order mark; came something else';
  throw new DealsFileError([{ line: 1, path: '', problem }]);
}

function accountOf(source: Source, publicUrl: string): CrmAccount {
  const fields = namedFields(source.licence);
  switch (source.crm) {
    case 'pipedrive':
      return pipedriveAccount(source, { fields });
    case 'standard-webhooks':
      return standardWebhooksAccount(source, { fields });
    case 'salesforce':
      return salesforceAccount(source, { fields });
    case 'hubspot':
      return hubspotAccount(source, { fields, publicUrl: `${publicUrl}/webhooks/${source.name}` });
  }
}
