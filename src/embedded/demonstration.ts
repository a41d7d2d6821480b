import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { PurchaseRequest } from '../orders/request';
import { parseRequestText } from '../orders/request-schema';

/**
 * The vendor tutorial's purchase under a request id of its own: a PBX that exists, Ultimate, 100 extensions,
 * Disaster Recovery, two years.
 */
export function tutorialPurchase(now: Date): PurchaseRequest {
  const day = now.toISOString().slice(0, 10);
  return {
    requestId: `demo-${day}-${randomBytes(4).toString('hex')}`,
    license: { kind: 'existing', serialNumber: '3651E1292455' },
    plan: 'Ultimate',
    extensions: 100,
    services: ['Disaster Recovery'],
    years: 2,
    billingContact: { billingContactId: '3197218168379846218' },
  };
}

/** The request in a file. @throws Refusal when it cannot be bought; an Error when the file cannot be read */
export async function requestFrom(file: string): Promise<PurchaseRequest> {
  return parseRequestText(await readFile(file, 'utf8'));
}
