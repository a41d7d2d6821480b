import type { ProductId } from './catalogue';
import type { Fields } from './json-fields';
import type { PbxState } from './pbx-state';
import { checkAppliancePurchase, checkPurchase } from './purchase-rules';
import { checkApplianceRenewal, checkRenewal } from './renewal-rules';
import { checkMoreServices } from './service-rules';
import { checkApplianceSwitch, checkSwitch } from './switch-rules';
import { checkTrial } from './trial-rules';

/** The fields of an order that some operations have and others do not. */
export const VARYING = ['productNo', 'partnerId', 'assignId', 'billingId'] as const;

/** What an operation does with a product: the fields of its order, and the rules of its lines, which throw Refused. */
export type Operation = {
  fields: readonly (typeof VARYING)[number][];
} & (
  | { needs: 'nothing' | 'a PBX'; checkLines: (lines: readonly Fields[]) => void }
  | { needs: 'a plan'; checkLines: (lines: readonly Fields[], pbx: PbxState) => void }
);

const OF_A_PBX = ['productNo', 'billingId'] as const;

/** The vendor's operations by product, as far as a tutorial documents them (vendor page "Create an Order"). */
export const OPERATIONS: Record<string, Partial<Record<ProductId, Operation>>> = {
  purchase_plan: {
    '12': {
      fields: VARYING,
      needs: 'nothing',
      checkLines: checkPurchase,
    },
    '11': { fields: OF_A_PBX, needs: 'a PBX', checkLines: checkAppliancePurchase },
  },
  renew_plan: {
    '12': { fields: OF_A_PBX, needs: 'a plan', checkLines: checkRenewal },
    '11': { fields: OF_A_PBX, needs: 'a plan', checkLines: checkApplianceRenewal },
  },
  switch_plan: {
    '12': { fields: OF_A_PBX, needs: 'a plan', checkLines: checkSwitch },
    '11': { fields: OF_A_PBX, needs: 'a plan', checkLines: checkApplianceSwitch },
  },
  purchase_service: { '12': { fields: OF_A_PBX, needs: 'a plan', checkLines: checkMoreServices } },
  trial_plan: { '12': { fields: ['partnerId', 'assignId'], needs: 'nothing', checkLines: checkTrial } },
};
