import { createHash } from 'node:crypto';
import type { PurchaseRequest } from './request';

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

function ownReference(requestId: string): string {
  return `wonce-${createHash('sha256').update(requestId).digest('hex').slice(0, 16)}`;
}
