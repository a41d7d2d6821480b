/** What the lookups found: the vendor's own ids, all as text, digit for digit. */
export interface PurchaseFacts {
  /** Only for an existing PBX, in the vendor's spelling. */
  serialNumber?: string;
  /** Only for a new license for a subordinate user. */
  partnerId?: string;
  plan: ChosenPlan;
  services: ChosenService[];
  billingContactId: string;
}

export interface ChosenPlan {
  planId: string;
  name: string;
}

export interface ChosenService {
  serviceId: string;
  name: string;
  quantity?: number;
}
