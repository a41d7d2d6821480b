import type { Command } from 'commander';
import { jsonText, printable } from '../domain/printable';
import type { Quote } from '../domain/quote';
import type { PurchaseRequest } from '../domain/request';
import { orderInWords } from '../domain/request-in-words';
import { print, readRequest, SESSION, withClient, type Output } from './command-line';

/** `wonce quote`: what an order would be, and nothing ordered. */
export function addQuoteCommand(command: (usage: string, description: string) => Command): void {
  command(
    'quote <file>',
    'look up what the order of a request needs, and show its body; orders nothing (a JSON file, or - for standard input)',
  ).action(quote);
}

async function quote(file: string, { json }: Output): Promise<void> {
  const request = await readRequest(file);
  await withClient(async (client) => {
    const quoted = await client.quote(request, SESSION);
    print(json ? jsonText(quoted, 2) : quoteInWords(request, quoted, file));
  });
}

function quoteInWords(request: PurchaseRequest, { body, prices, doubts }: Quote, file: string): string {
  const priced = prices.map(({ of, field, value }) => `  ${of}: ${field} ${value}`);
  const lines = [
    `Nothing was ordered. The order of ${request.requestId} would be:`,
    `  ${orderInWords(request)}`,
    'Its body:',
    `  ${body}`,
    ...(priced.length === 0
      ? ["The vendor's lists tell no prices."]
      : ["Prices, as the vendor's lists have them:", ...priced]),
    ...(doubts.length === 0
      ? []
      : ['Before the order a person would be asked:', ...doubts.map((doubt) => `  ${doubt}`)]),
    `To order exactly this: wonce buy ${file === '-' ? 'FILE' : file}`,
  ];
  return lines.map(printable).join('\n');
}
