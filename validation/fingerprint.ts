import { createHash } from 'node:crypto';
import { isRecord } from '../domain/json-values';
import { foldName } from '../domain/names';
import { present } from '../domain/optional';
import { ERASED } from '../domain/personal';
import { operationOf, productOf, serviceLines, type PurchaseRequest } from '../domain/request';

/**
 * SHA-256 (hex) of what a request asks for, without its `requestId`. Key order, case and spaces of names and the
 * order of services do not matter; everything that changes what is bought or who pays does.
 */
export function fingerprintOf(request: PurchaseRequest): string {
  return createHash('sha256')
    .update(JSON.stringify(contentOf(request)))
    .digest('hex');
}

/**
 * Whether what is asked for is the request that is known under its id. Of what was erased nobody can tell any more what it
 * was: it decides nothing, and where all else is the same, the request is.
 */
export function isSameRequest(
  known: { request: PurchaseRequest; fingerprint: string },
  asked: PurchaseRequest,
): boolean {
  if (known.fingerprint !== ERASED) return known.fingerprint === fingerprintOf(asked);
  return fingerprintOf(known.request) === fingerprintOf(withErased(known.request, asked));
}

/** A value of which is erased what is erased of the one that is known. */
function withErased<Value>(known: unknown, asked: Value): Value {
  return erased(known, asked) as Value;
}

function erased(known: unknown, asked: unknown): unknown {
  if (typeof known === 'string' && typeof asked === 'string') return known.includes(ERASED) ? known : asked;
  if (!isRecord(known) || !isRecord(asked)) return asked;
  return Object.fromEntries(Object.entries(asked).map(([key, value]) => [key, erased(known[key], value)]));
}

/**
 * Names the fields in which two requests differ, for the person who sent other content under a known id.
 * Values are shown only where they are no personal data.
 */
export function differencesOf(known: PurchaseRequest, asked: PurchaseRequest): string[] {
  const [before, now] = [contentOf(known), contentOf(withErased(known, asked))];
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]))
    .map((key) =>
      PERSONAL.has(key) ? key : `${key} (${shown(before[key])} before, ${shown(now[key])} now)`,
    );
}

function shown(value: unknown): string {
  return JSON.stringify(value ?? null);
}

const PERSONAL: ReadonlySet<string> = new Set(['license', 'billingContact', 'activationMailTo']);

function contentOf(request: PurchaseRequest): Record<string, unknown> {
  return {
    license: licenseContent(request.license),
    plan: foldName(request.plan),
    extensions: request.extensions,
    ...ofOperation(request),
    services: serviceLines(request)
      .map((line) => [foldName(line.service), line.quantity ?? null])
      .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
    years: request.years,
    billingContact: referenceContent(request.billingContact),
    poNumber: request.poNumber ?? null,
  };
}

/** What a purchase of the Software Edition does not have: its content is the same as it was before there were others. */
function ofOperation(request: PurchaseRequest): Record<string, unknown> {
  const { addExtensions, addConcurrentCalls, billingCycle, activationMailTo } = request;
  const [operation, product] = [operationOf(request), productOf(request)];
  return present({
    operation: operation === 'purchase' ? undefined : operation,
    product: product === 'software' ? undefined : product,
    addExtensions,
    addConcurrentCalls,
    billingCycle: billingCycle === 'annually' ? undefined : billingCycle,
    activationMailTo: activationMailTo && referenceContent(activationMailTo),
  });
}

function licenseContent(license: PurchaseRequest['license']): unknown {
  return license.kind === 'existing'
    ? ['existing', license.serialNumber.toUpperCase()]
    : ['new', referenceContent(license.partner)];
}

function referenceContent(reference: object | undefined): unknown {
  const [entry] = Object.entries(reference ?? {}) as [string, string][];
  return entry === undefined ? null : [entry[0], foldName(entry[1])];
}
