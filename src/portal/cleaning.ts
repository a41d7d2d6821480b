const MAX_LENGTH = 300;

/**
 * Makes a text of the vendor fit to be kept: without control characters, without anything that looks like a token,
 * without the secrets it is told, and short. A vendor's error page may well echo the request's headers.
 */
export function cleaned(text: string, secrets: readonly string[]): string {
  let clean = text.replace(/\p{Cc}+/gu, ' ');
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '…');
  clean = clean
    .replace(/\bBearer\s+\S+/gi, 'Bearer …')
    .replace(/\beyJ[\w-]+(\.[\w-]+)*/g, '…')
    .replace(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, '…@…')
    .trim();
  return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH)}…` : clean;
}
