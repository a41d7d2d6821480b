import { hash } from 'node:crypto';

/** SHA-256 (hex) of a text. In one call: a ledger is verified by hundreds of thousands of them. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
