import pc from 'picocolors';

/**
 * Colours on a terminal, plain text in a pipe or a file: picocolors alone would also colour the logs of a CI run.
 * NO_COLOR and FORCE_COLOR hold (https://no-color.org).
 */
export const colours = pc.createColors(
  pc.isColorSupported && (process.stdout.isTTY || Boolean(process.env.FORCE_COLOR)),
);
