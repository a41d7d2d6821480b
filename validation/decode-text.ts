/** Encodings by the byte order mark before a text, which is not part of it. */
const MARKS = [
  { encoding: 'utf-16le', mark: [0xff, 0xfe] },
  { encoding: 'utf-16be', mark: [0xfe, 0xff] },
] as const;

/**
 * Bytes as text: UTF-8, or UTF-16 where its byte order mark says so (PowerShell's `>` writes that).
 *
 * @returns undefined when they are neither
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const marked = MARKS.find(({ mark }) => mark.every((byte, place) => bytes[place] === byte));
  try {
    return new TextDecoder(marked?.encoding ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
