/** What the lookups found: the vendor's own ids, all as text, digit for digit. */
export interface PurchaseFacts {
  /** Only for an existing PBX, in the vendor's spelling. */
  serialNumber?: string;
  /** Only for a new license for a subordinate user. */
  partnerId?: string;
  /** The plan that is bought, renewed or switched to; of an addition the one that the PBX has. */
  plan: ChosenPlan;
  services: ChosenService[];
  /** Of all but a trial. */
  billingContactId?: string;
  /** Of a trial: the subordinate user who gets the activation mail too. */
  activationMailTo?: string;
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
