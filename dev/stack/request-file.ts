import { readFile } from 'node:fs/promises';
import type { PurchaseRequest } from '../../domain/request';
import { parseRequestText } from '../../validation/request-schema';

/** The request in a file. @throws Refusal when it cannot be bought; an Error when the file cannot be read */
export async function requestFrom(file: string): Promise<PurchaseRequest> {
  return parseRequestText(await readFile(file, 'utf8'));
}
