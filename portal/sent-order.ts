import { isLosslessNumber, parse } from 'lossless-json';
import type { OrderLine, SentOrder } from './match-order';

/** Reads back what an attempt sent, from its body; ids digit for digit. */
export function sentOrder(body: string): SentOrder {
  const { poNumber, productNo, partnerId, billingId, serviceList } = parse(body) as Fields;
  return {
    poNumber: textOf(poNumber) ?? '',
    ...optional('productNo', textOf(productNo)),
    ...optional('partnerId', textOf(partnerId)),
    billingContactId: textOf(billingId) ?? '',
    lines: (serviceList as Fields[]).map(lineOf),
  };
}

type Fields = Record<string, unknown>;

function lineOf({ serviceType, serviceId, quantity, multiCycle }: Fields): OrderLine {
  return {
    kind: serviceType === 'plan' ? 'plan' : 'service',
    id: textOf(serviceId) ?? '',
    ...optional('quantity', numberOf(quantity)),
    ...optional('years', numberOf(multiCycle)),
  };
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}

function numberOf(value: unknown): number | undefined {
  return isLosslessNumber(value) ? Number(value.value) : undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return isLosslessNumber(value) ? value.value : undefined;
}
