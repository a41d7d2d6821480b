import type { PurchaseRequest } from '../../domain/request';

/** The tutorial's purchase: existing PBX, Ultimate, 100 extensions, Disaster Recovery, two years. */
export function tutorialRequest(requestId: string): PurchaseRequest {
  return {
    requestId,
    license: { kind: 'existing', serialNumber: '3651E1292455' },
    plan: 'Ultimate',
    extensions: 100,
    services: ['Disaster Recovery'],
    years: 2,
    billingContact: { billingContactId: '3197218168379846218' },
  };
}
