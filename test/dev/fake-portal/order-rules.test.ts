import { LosslessNumber } from 'lossless-json';
import { Caller } from './caller';
import {
  DISASTER_RECOVERY,
  ENTERPRISE,
  OUTBOUND_CALL_CENTER,
  planLine,
  serviceLine,
  tutorialOrder,
  TUTORIAL_TEXT,
} from './orders';

let caller: Caller;
beforeAll(async () => void (caller = await Caller.start()));
afterAll(() => caller.portal.close());

const number = (digits: string) => new LosslessNumber(digits);
const outbound = (change: object = {}) =>
  tutorialOrder({
    serviceList: [planLine(), serviceLine({ serviceId: OUTBOUND_CALL_CENTER, quantity: 5, ...change })],
  });

describe('an order that keeps the rules is taken', () => {
  it.each([
    ['the tutorial’s, character for character', TUTORIAL_TEXT],
    ['a plan alone', tutorialOrder({ serviceList: [planLine()] })],
    ['a new license for oneself', tutorialOrder({ productNo: undefined })],
    [
      'a new license for a subordinate user, id as a number',
      tutorialOrder({ productNo: undefined, partnerId: number('3076915454489739265') }),
    ],
    [
      'a new license for a subordinate user, id as text',
      tutorialOrder({ productNo: undefined, partnerId: '3076915454489739265' }),
    ],
    ['a purchase order number', tutorialOrder({ poNumber: 'PO-7: "1234567890123456789"' })],
    ['a service priced by quantity', outbound()],
    ['five years', tutorialOrder({ serviceList: [planLine({ multiCycle: 5 })] })],
    ['Enterprise', tutorialOrder({ serviceList: [planLine({ serviceId: ENTERPRISE })] })],
  ])('%s', async (_name, body) => {
    const { httpStatus, code, detailMessage, result } = await caller.order(body);
    expect({ httpStatus, code, detailMessage }).toEqual({
      httpStatus: 200,
      code: 'success',
      detailMessage: '',
    });
    expect(result).toEqual({
      instanceId: expect.stringMatching(/^\d+$/) as string,
      orderNo: expect.stringMatching(/^ZC\d{19}$/) as string,
      orderStatus: 'succeed',
      productNo: expect.stringMatching(/^3651E[0-9A-F]{7}$/) as string,
      transactionNo: expect.stringMatching(/^AK\d{19}$/) as string,
    });
  });

  it('any number of times for one PBX, each an order of its own for the same instance', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => caller.order(TUTORIAL_TEXT)));
    expect(new Set(answers.map(({ result }) => result.orderNo)).size).toBe(20);
    expect(new Set(answers.map(({ result }) => result.instanceId)).size).toBe(1);
  });
});

const plan = (change: object) => tutorialOrder({ serviceList: [planLine({ ...change })] });
const withService = (change: object) =>
  tutorialOrder({ serviceList: [planLine(), serviceLine({ ...change })] });

describe('an order that breaks a rule is refused, and not among the orders', () => {
  it.each<[string, unknown, RegExp]>([
    ['no JSON', '{"operationType":', /^body: expected JSON/],
    ['nothing', '', /^body: expected JSON/],
    ['a list', '[]', /^body: expected a JSON object/],
    ['a key given twice', TUTORIAL_TEXT.replace('{', '{"productId": 13,'), /^body: .*productId/],
    ['an unknown field', tutorialOrder({ dryRun: true }), /^dryRun: no such field in body/],
    [
      'another operation',
      tutorialOrder({ operationType: 'switchTrial_plan' }),
      /^operationType.*switchTrial_plan/,
    ],
    ['no operation', tutorialOrder({ operationType: undefined }), /^operationType.*came nothing/],
    ['another product', tutorialOrder({ productId: 13 }), /^productId/],
    ['the product in quotes', tutorialOrder({ productId: '12' }), /^productId.*the text "12"/],
    ['an unknown serial number', tutorialOrder({ productNo: '0000000000' }), /^productNo.*this account/],
    ['a serial number that is no text', tutorialOrder({ productNo: 12 }), /^productNo: expected text/],
    [
      'serial number and partner',
      tutorialOrder({ partnerId: number('3076915454489739265') }),
      /^partnerId.*beside/,
    ],
    [
      'an unknown partner',
      tutorialOrder({ productNo: undefined, partnerId: number('3076915454489739264') }),
      /^partnerId.*3076915454489739264/,
    ],
    ['no billing contact', tutorialOrder({ billingId: undefined }), /^billingId/],
    [
      'a billing id in quotes',
      tutorialOrder({ billingId: '3197218168379846218' }),
      /^billingId.*bare number.*text/,
    ],
    [
      'a billing id that went through a float64',
      TUTORIAL_TEXT.replace('3197218168379846218', '3197218168379846144'),
      /^billingId.*digit for digit, came the number 3197218168379846144/,
    ],
    [
      'a billing id with an exponent',
      TUTORIAL_TEXT.replace('3197218168379846218', '3.197218168379846218e18'),
      /^billingId/,
    ],
    ['an empty purchase order number', tutorialOrder({ poNumber: '' }), /^poNumber/],
    ['no lines', tutorialOrder({ serviceList: [] }), /^serviceList/],
    ['lines that are no list', tutorialOrder({ serviceList: planLine() }), /^serviceList/],
    ['a line that is no object', tutorialOrder({ serviceList: [planLine(), 7] }), /a line of serviceList/],
    ['no plan', tutorialOrder({ serviceList: [serviceLine()] }), /^serviceList: expected exactly one/],
    [
      'two plans',
      tutorialOrder({ serviceList: [planLine(), planLine()] }),
      /^serviceList: expected exactly one/,
    ],
    ['an unknown field of a plan line', plan({ price: 1 }), /^price: no such field in a plan line/],
    ['a plan line tied to a plan', plan({ connectionPlanId: ENTERPRISE }), /^connectionPlanId: no such/],
    ['an unknown plan', plan({ serviceId: number('3049041101760282625') }), /^serviceId.*plan/],
    ['a plan id in quotes', plan({ serviceId: '3049041101760282624' }), /^serviceId.*text/],
    ['a service id as plan', plan({ serviceId: DISASTER_RECOVERY }), /^serviceId/],
    ['no extensions', plan({ quantity: undefined }), /^quantity/],
    ['zero extensions', plan({ quantity: 0 }), /^quantity/],
    ['a negative number of extensions', plan({ quantity: -5 }), /^quantity/],
    ['half an extension', plan({ quantity: 1.5 }), /^quantity/],
    ['extensions in quotes', plan({ quantity: '100' }), /^quantity/],
    ['no purchase type', plan({ purchaseType: undefined }), /^purchaseType/],
    ['a trial', plan({ purchaseType: 'trial' }), /^purchaseType/],
    ['another billing model', plan({ billingModel: 'once' }), /^billingModel/],
    ['monthly billing', plan({ billingCycle: 'monthly' }), /^billingCycle/],
    ['no years', plan({ multiCycle: undefined }), /^multiCycle/],
    ['zero years', plan({ multiCycle: 0 }), /^multiCycle/],
    ['six years', plan({ multiCycle: 6 }), /^multiCycle/],
    ['years in quotes', plan({ multiCycle: '2' }), /^multiCycle/],
    ['a service for other years', withService({ multiCycle: 3 }), /^multiCycle: expected the same/],
    ['another type of line', withService({ serviceType: 'addon' }), /^serviceType/],
    ['a service that names no plan', withService({ connectionPlanId: undefined }), /^connectionPlanId/],
    ['a service that names another plan', withService({ connectionPlanId: ENTERPRISE }), /^connectionPlanId/],
    [
      'a plan id in quotes on a service',
      withService({ connectionPlanId: '3049041101760282624' }),
      /^connectionPlanId/,
    ],
    ['an unknown service', withService({ serviceId: number('3129372068699893761') }), /^serviceId.*service/],
    ['a service id in quotes', withService({ serviceId: '3129372068699893760' }), /^serviceId/],
    ['an unknown field of a service line', withService({ discount: 1 }), /^discount: no such/],
    ['a quantity of Disaster Recovery', withService({ quantity: 1 }), /^quantity: expected none/],
    [
      'no quantity of a service priced by it',
      outbound({ quantity: undefined }),
      /^quantity: expected 1 or more/,
    ],
    [
      'Disaster Recovery with Enterprise',
      tutorialOrder({
        serviceList: [planLine({ serviceId: ENTERPRISE }), serviceLine({ connectionPlanId: ENTERPRISE })],
      }),
      /^serviceId: Disaster Recovery is sold with the plan Ultimate only, not with Enterprise/,
    ],
  ])('%s', async (_name, body, message) => {
    const before = (await caller.orders()).length;
    const answer = await caller.order(body);
    expect(answer).toMatchObject({
      httpStatus: 400,
      status: 400,
      code: 'parameter_validation_failed',
      result: {},
    });
    expect(answer.detailMessage).toMatch(message);
    expect(await caller.orders()).toHaveLength(before);
  });

  it.each(['text/plain', 'application/json-patch', 'application/x-www-form-urlencoded'])(
    'the content type %s',
    async (type) => {
      expect(await caller.order(TUTORIAL_TEXT, { 'Content-Type': type })).toMatchObject({
        httpStatus: 400,
        detailMessage: expect.stringMatching(/^Content-Type/) as string,
      });
    },
  );

  it('a body of more than a megabyte', async () => {
    const answer = await caller.order(TUTORIAL_TEXT + ' '.repeat(1_100_000));
    expect(answer).toMatchObject({ httpStatus: 413, code: 'parameter_validation_failed' });
  });
});
