import { createHash } from 'node:crypto';
import { foldName } from '../domain/names';
import { serviceLines, type PurchaseRequest } from '../domain/request';

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
 * Names the fields in which two requests differ, for the person who sent other content under a known id.
 * Values are shown only where they are no personal data.
 */
export function differencesOf(known: PurchaseRequest, asked: PurchaseRequest): string[] {
  const [before, now] = [contentOf(known), contentOf(asked)];
  return Object.keys(before)
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]))
    .map((key) =>
      PERSONAL.has(key)
        ? key
        : `${key} (${JSON.stringify(before[key])} before, ${JSON.stringify(now[key])} now)`,
    );
}

const PERSONAL: ReadonlySet<string> = new Set(['license', 'billingContact']);

function contentOf(request: PurchaseRequest): Record<string, unknown> {
  return {
    license: licenseContent(request.license),
    plan: foldName(request.plan),
    extensions: request.extensions,
    services: serviceLines(request)
      .map((line) => [foldName(line.service), line.quantity ?? null])
      .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
    years: request.years,
    billingContact: referenceContent(request.billingContact),
    poNumber: request.poNumber ?? null,
  };
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
