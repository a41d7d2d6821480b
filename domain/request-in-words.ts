import type { DealDraft } from './deal';
import { serviceLines } from './request';

/** What is bought, or would be, in one line for people: what is not known is left out, and whom it is for never is. */
export function requestInWords(draft: DealDraft): string {
  const { plan, extensions, years, services, billingContact, poNumber } = draft;
  const lines = serviceLines({ services }).map(({ service, quantity }) =>
    quantity === undefined ? service : `${quantity} × ${service}`,
  );
  return [
    licenseInWords(draft.license),
    plan,
    extensions !== undefined && `${extensions} extensions`,
    years !== undefined && `${years} year${years === 1 ? '' : 's'}`,
    lines.length > 0 && `with ${lines.join(', ')}`,
    billingContact && `invoice to ${Object.values(billingContact).join()}`,
    poNumber !== undefined && `purchase order ${poNumber}`,
  ]
    .filter(Boolean)
    .join(', ');
}

function licenseInWords(license: DealDraft['license']): string {
  if (license === undefined) return 'a license, for whom is not known';
  if (license.kind === 'existing') return `a license for the PBX ${license.serialNumber}`;
  const { partner } = license;
  return partner === undefined
    ? 'a new license for ourselves'
    : `a new license for the user ${Object.values(partner).join()}`;
}
