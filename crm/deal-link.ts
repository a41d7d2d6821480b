import { dealIdOf } from '../domain/deal-ids';
import type { Source } from './source';

/** Where people look at a deal in their CRM; undefined where that is not known, as of senders that cannot be asked. */
export function dealLink(sources: readonly Source[], deal: string): string | undefined {
  const [crm, account = ''] = deal.split(':');
  const source = sources.find((one) => one.crm === crm && one.account === account);
  const id = encodeURIComponent(dealIdOf(deal));
  switch (source?.crm) {
    case 'hubspot':
      // Of all regions: HubSpot sends its users on. 0-3 is the type of deals.
      return `https://app.hubspot.com/contacts/${encodeURIComponent(account)}/record/0-3/${id}`;
    case 'pipedrive':
      // Of all companies: Pipedrive sends its users on.
      return `https://app.pipedrive.com/deal/${id}`;
    case 'salesforce':
      return `${new URL(source.api).origin}/lightning/r/Opportunity/${id}/view`;
    default:
      return undefined;
  }
}
