import pc from 'picocolors';

/** The header of a table, the name of a row, and a command to type: no text of others begins a line so. */
const HEADER = /^[A-Z][A-Z ]+$/gm;
const NAME = /^(?:[a-z0-9]+ )+ +(?=\S)/gm;
const COMMAND = /^ {2}wonce .*$/gm;

/** Whether what is printed there may have colours: a terminal that somebody looks at, and who does not refuse them. */
export function mayBeColoured(
  stream: { isTTY?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}

/** A text that is laid out, with what the eye looks for in bold and what is to be typed in cyan. */
export function emphasised(text: string): string {
  const { bold, cyan } = pc.createColors(true);
  return text.replace(HEADER, bold).replace(NAME, bold).replace(COMMAND, cyan);
}
