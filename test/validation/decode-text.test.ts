import { decodeText } from '../../validation/decode-text';

const TEXT = '{"company":"Größe ☂"}';

function bigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

it.each([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with its mark', Buffer.from(`\uFEFF${TEXT}`)],
  ['UTF-16 as PowerShell writes it', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['UTF-16, the other way round', bigEndian(`\uFEFF${TEXT}`)],
])('%s is read', (_what, bytes) => {
  expect(decodeText(bytes)).toBe(TEXT);
});

it('what is neither is none', () => {
  expect(decodeText(Buffer.from([0x7b, 0xff, 0x7d]))).toBeUndefined();
});
