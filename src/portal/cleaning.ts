const MAX_LENGTH = 300;

/** Control and format characters, line separators and halves of surrogate pairs: they forge logs and break databases. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/**
 * Makes a text of the vendor fit to be kept: without control characters, without anything that looks like a token or
 * an e-mail address, without the secrets it is told, and short. A vendor's error page may well echo the request.
 */
export function cleaned(text: string, secrets: readonly string[]): string {
  const clean = spellings(secrets)
    .reduce((rest, secret) => rest.replaceAll(secret, '…'), text.replace(UNPRINTABLE, ' '))
    .replace(/\bBearer[\s:="']+[^\s"']+/gi, 'Bearer …')
    .replace(/[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}/g, '…')
    .replace(/\beyJ[\w-]+(\.[\w-]+)*/g, '…')
    .replace(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, '…@…')
    .trim();
  return shortened(clean);
}

/** A secret as it is and as it stands in a form or a URL. Longest first, so that none leaves the rest of another. */
function spellings(secrets: readonly string[]): string[] {
  const all = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
  ]);
  return [...new Set(all)].filter((secret) => secret !== '').sort((one, other) => other.length - one.length);
}

/** By code points: half a surrogate pair cannot be stored. */
function shortened(text: string): string {
  const points = [...text.slice(0, 2 * MAX_LENGTH + 2)];
  return points.length > MAX_LENGTH ? `${points.slice(0, MAX_LENGTH - 1).join('')}…` : text;
}
