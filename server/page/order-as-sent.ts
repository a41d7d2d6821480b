import { parse, stringify } from 'lossless-json';
import { printableLines } from '../../domain/printable';

/** JSON laid out for people, digit for digit; what is no JSON as it stands. */
export function readableBody(body: string): string {
  try {
    return printableLines(stringify(parse(body), undefined, 2) ?? body);
  } catch {
    return printableLines(body);
  }
}
