import type { Command } from 'commander';
import { present } from '../domain/optional';

/** What a start of the whole was asked for. */
export interface StartOptions {
  /** Buy, show the result and end; stay up otherwise. */
  once: boolean;
  /** A file with the request to buy instead of winning a deal. */
  requestFile?: string;
}

/** Brings up the whole of Wonce on this machine, and ends the process when it is over. */
export type Start = (options: StartOptions) => Promise<void>;

/** `wonce start`: what `npm start` is in a clone. */
export function addStartCommand(program: Command, start: Start): void {
  const command = withStartOptions(program.command('start'));
  command.action(() => start(startOptionsOf(command)));
}

/** What `wonce start` and `npm start` can be asked for. */
export function withStartOptions(command: Command): Command {
  return command
    .description(
      'bring up the whole of Wonce on this machine (Temporal, ledger, worker, HTTP server, fakes for portal and CRMs), win a deal in a fake CRM, buy its license and stay up',
    )
    .option(
      '--once',
      'buy, show the result and end: exit 0 when the license is ordered, 1 otherwise (see wonce status)',
    )
    .option('--request <file>', 'buy this request (JSON) instead of winning a deal');
}

export function startOptionsOf(command: Command): StartOptions {
  const { once, request } = command.opts<{ once?: boolean; request?: string }>();
  return { once: once ?? false, ...present({ requestFile: request }) };
}
