import { Command } from 'commander';

/** What `npm start` was asked for. */
export interface StartOptions {
  /** Buy, show the result and end; stay up otherwise. */
  once: boolean;
  /** A file with the request to buy instead of winning a deal. */
  requestFile?: string;
}

/** Reads the arguments of `npm start -- …`; prints help, or what is wrong, and ends the process for those. */
export function readOptions(argv: string[]): StartOptions {
  const { once, request } = new Command('npm start --')
    .description(
      'Brings up the whole of Wonce on this machine (Temporal, ledger, worker, HTTP server, fakes for portal and CRMs), wins a deal in a fake CRM, buys its license and stays up.',
    )
    .option(
      '--once',
      'buy, show the result and end: exit 0 when the license is ordered, 1 otherwise (see wonce status)',
    )
    .option('--request <file>', 'buy this request (JSON) instead of winning a deal')
    .parse(argv)
    .opts<{ once?: boolean; request?: string }>();
  return { once: once ?? false, ...(request !== undefined && { requestFile: request }) };
}
