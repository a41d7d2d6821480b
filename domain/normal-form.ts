import { isRecord } from './json-values';
import { withoutLeftOut } from './left-out';
import type { License, PurchaseRequest } from './request';
import { isVendorId } from './rules';
import { Undecodable } from './undecodable';
import { plainId, plainText, withVisibleTexts } from './visible-text';

/**
 * A request as somebody typed it, in the form in which it is checked, written down and looked up: the one that
 * `parseRequest` gives for a request that is right. Written without the schema, which the workflow bundle must not
 * contain.
 *
 * @param given of the right shape or not; what is no request comes back as it is
 */
export function normalForm(given: unknown): unknown {
  if (!isRecord(given) || given instanceof Undecodable) return given;
  const request = withoutLeftOut(
    withVisibleTexts(given) as Record<string, unknown>,
  ) as Partial<PurchaseRequest>;
  const { requestId, license, plan, services, billingContact, activationMailTo } = request;
  return {
    ...request,
    ...(typeof requestId === 'string' && { requestId: plainText(requestId) }),
    ...(isRecord(license) && { license: licenseOf(license) }),
    ...(typeof plan === 'string' && { plan: nameOrId(plan) }),
    ...(Array.isArray(services) && { services: services.map(serviceOf) }),
    ...(isRecord(activationMailTo) && { activationMailTo: withPlainId(activationMailTo, 'partnerId') }),
    ...(isRecord(billingContact) && { billingContact: withPlainId(billingContact, 'billingContactId') }),
  };
}

function licenseOf(license: License): unknown {
  if (license.kind === 'existing') {
    const { serialNumber } = license as { serialNumber: unknown };
    if (typeof serialNumber !== 'string') return license;
    return { ...license, serialNumber: plainId(serialNumber).toUpperCase() };
  }
  const { partner } = license;
  return isRecord(partner) ? { ...license, partner: withPlainId(partner, 'partnerId') } : license;
}

function serviceOf(entry: unknown): unknown {
  if (typeof entry === 'string') return nameOrId(entry);
  if (!isRecord(entry) || !('service' in entry) || typeof entry.service !== 'string') return entry;
  return { ...entry, service: nameOrId(entry.service) };
}

function withPlainId(reference: object, key: string): object {
  const id = (reference as Record<string, unknown>)[key];
  return typeof id === 'string' ? { ...reference, [key]: plainId(id) } : reference;
}

/** An id in letters or digits of full width is meant as an id; a name stays as it was written. */
function nameOrId(text: string): string {
  return isVendorId(plainText(text)) ? plainText(text) : text;
}
