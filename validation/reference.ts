import { createHash } from 'node:crypto';
import type { PurchaseRequest } from '../domain/request';

/**
 * The purchase order number that goes with the order, by which it can be found again: the request's own, or one made
 * of its id. Length and alphabet that the vendor takes are not documented: letters, digits and a hyphen, 22 in all.
 */
export function referenceOf(request: Pick<PurchaseRequest, 'requestId' | 'poNumber'>): string {
  return request.poNumber ?? ownReference(request.requestId);
}

/** Whether a reference was made here: then no other request has it. */
export function isOwnReference(requestId: string, reference: string): boolean {
  return reference === ownReference(requestId);
}

/** Whether a reference looks like one that was made here: given to another request, it would make their orders one. */
export function isMadeReference(reference: string): boolean {
  return /^wonce-[0-9a-f]{16}$/i.test(reference);
}

function ownReference(requestId: string): string {
  return `wonce-${createHash('sha256').update(requestId).digest('hex').slice(0, 16)}`;
}
