import { LosslessNumber } from 'lossless-json';

export const ULTIMATE = new LosslessNumber('3049041101760282624');
export const ENTERPRISE = new LosslessNumber('3048918321840570369');
export const DISASTER_RECOVERY = new LosslessNumber('3129372068699893760');
export const OUTBOUND_CALL_CENTER = new LosslessNumber('3048560606464323585');

type Fields = Record<string, unknown>;

const terms = {
  purchaseType: 'purchase',
  billingModel: 'recurring',
  billingCycle: 'annually',
  multiCycle: 2,
};

export const planLine = (change: Fields = {}): Fields => ({
  serviceType: 'plan',
  serviceId: ULTIMATE,
  quantity: 100,
  ...terms,
  ...change,
});

export const serviceLine = (change: Fields = {}): Fields => ({
  connectionPlanId: ULTIMATE,
  serviceType: 'service',
  serviceId: DISASTER_RECOVERY,
  ...terms,
  ...change,
});

/** The tutorial's order; a change to `undefined` leaves the field out. */
export const tutorialOrder = (change: Fields = {}): Fields => ({
  operationType: 'purchase_plan',
  productId: 12,
  productNo: '3651E1292455',
  billingId: new LosslessNumber('3197218168379846218'),
  serviceList: [planLine(), serviceLine()],
  ...change,
});

/** The tutorial's order, character for character. */
export const TUTORIAL_TEXT = `{
  "operationType": "purchase_plan",
  "productId": 12, 
  "productNo": "3651E1292455", 
  "billingId": 3197218168379846218,
  "serviceList": [
    {
      "serviceType": "plan",
      "serviceId": 3049041101760282624,
      "quantity": 100,
      "purchaseType": "purchase",
      "billingModel": "recurring",
      "billingCycle": "annually",
      "multiCycle": 2
    },
    {
      "connectionPlanId":3049041101760282624,
      "serviceType": "service",
      "serviceId": 3129372068699893760,
      "purchaseType": "purchase",
      "billingModel": "recurring",
      "billingCycle": "annually",
      "multiCycle": 2
    }
  ]
}`;
