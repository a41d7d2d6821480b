import { OPERATION_RULES, ruleOf, type OperationField, type OperationRule } from '../domain/operations';
import { hasField, nameOf, productsOf } from '../domain/operation-words';
import type { RequestProblem } from '../domain/request-problem';
import { operationOf, productOf, type PurchaseRequest } from '../domain/request';

/** What each field is, for whoever has to give it. */
const MEANINGS: Readonly<Record<OperationField, string>> = {
  extensions: 'a whole number of at least 1',
  addExtensions: 'a whole number of at least 1: how many extensions come on top',
  addConcurrentCalls: 'a whole number of at least 1: how many concurrent calls come on top',
  services: 'a list of services, at least one',
  years: 'a whole number from 1 to 5',
  billingCycle: 'monthly, or annually',
  billingContact: 'the billing contact',
  activationMailTo: 'the user who gets the activation mail too',
};

const FIELDS = Object.keys(MEANINGS) as OperationField[];

/** Whether a request has the fields of its operation, and none of another's: empty when it does. */
export function problemsOfOperation(request: PurchaseRequest): RequestProblem[] {
  const rule = ruleOf(request);
  if (rule === undefined) return [noSuchRow(request)];
  return [
    ...licenseProblems(request, rule),
    ...FIELDS.flatMap((field) => fieldProblems(request, rule, field)),
    ...termProblems(request),
  ];
}

function noSuchRow(request: PurchaseRequest): RequestProblem {
  const [operation, product] = [operationOf(request), productOf(request)];
  return {
    field: 'product',
    expected: `${productsOf(operation)} for ${operation}: the vendor sells no ${operation} for another product`,
    received: `the text "${product}"`,
  };
}

function licenseProblems({ license }: PurchaseRequest, rule: OperationRule): RequestProblem[] {
  if (rule.licenses.includes(license.kind)) return [];
  const expected = rule.licenses.includes('existing')
    ? `kind "existing" and the serial number of the PBX, for ${nameOf(rule)}`
    : `kind "new", for ${nameOf(rule)}: it makes a new license, and a PBX that is there gets none`;
  return [{ field: 'license.kind', expected, received: `the text "${license.kind}"` }];
}

function fieldProblems(
  request: PurchaseRequest,
  rule: OperationRule,
  field: OperationField,
): RequestProblem[] {
  const { needs, oneOf = [], may } = rule;
  const isThere = isGiven(request, field);
  if (needs.includes(field)) return isThere ? [] : [missing(field, MEANINGS[field])];
  if (oneOf.includes(field)) {
    const isFirst = oneOf[0] === field;
    const isNone = !oneOf.some((other) => isGiven(request, other));
    return isFirst && isNone
      ? [missing(field, oneOf.map((other) => `${other} (${MEANINGS[other]})`).join(' or '))]
      : [];
  }
  if (request[field] === undefined || may.includes(field)) return [];
  return [{ field, expected: `no ${field} for ${nameOf(rule)}${instead(field)}`, received: 'one' }];
}

function isGiven(request: PurchaseRequest, field: OperationField): boolean {
  const value = request[field];
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

/** Where what somebody meant by the field belongs. */
function instead(field: OperationField): string {
  const operations = OPERATION_RULES.filter((rule) => hasField(rule, field)).map(nameOf);
  return `: it is a field of ${[...new Set(operations)].join(', ')}`;
}

function missing(field: string, expected: string): RequestProblem {
  return { field, expected, received: 'nothing' };
}

/** A monthly plan has no years, and any other has. */
function termProblems({ billingCycle, years }: PurchaseRequest): RequestProblem[] {
  if (billingCycle === 'monthly' && years !== undefined) {
    return [
      {
        field: 'years',
        expected: 'no years with the billing cycle monthly',
        received: `the number ${years}`,
      },
    ];
  }
  if (billingCycle === 'annually' && years === undefined) return [missing('years', MEANINGS.years)];
  return [];
}
