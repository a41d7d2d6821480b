import { DEAL_VERBS, type DealDecision, type DealVerb } from './deal';
import { readFilledIn } from './filled-in';
import { Undecodable } from './undecodable';
import { isBlank, typedId } from './visible-text';
import { readAuthor } from './author';

/**
 * Reads what came with a verb about a deal: typed by hand in the Temporal UI or by tctl, so anything may come.
 *
 * @returns the decision, or what is wrong with it, in words
 */
export function readDealDecision(verb: DealVerb, input: unknown): DealDecision | string {
  if (input instanceof Undecodable) return `${verb}: ${input.problem}`;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return `${verb}: expected one JSON object, such as ${exampleOf(verb)}`;
  }
  const { by, why, via, fill, about, ...rest } = input as Record<string, unknown>;
  const whose = readAuthor({ by, why, via });
  if (typeof whose === 'string') return `${verb}: ${whose}`;
  const isStrange = (verb !== 'fill' && !isBlank(fill)) || (verb !== 'buy' && !isBlank(about));
  if (Object.keys(rest).length > 0 || isStrange) return `${verb}: expected ${exampleOf(verb)}`;
  if (verb === 'buy') {
    const shown = typedId(about);
    if (isBlank(about)) return { verb, ...whose };
    return shown === undefined
      ? 'buy: about: expected the id of what was shown, as text'
      : { verb, about: shown, ...whose };
  }
  if (verb === 'dismiss') return { verb, ...whose };
  const filledIn = readFilledIn(fill);
  return typeof filledIn === 'string' ? filledIn : { verb, fill: filledIn, ...whose };
}

export function isDealVerb(value: unknown): value is DealVerb {
  return (DEAL_VERBS as readonly unknown[]).includes(value);
}

function exampleOf(verb: DealVerb): string {
  return verb === 'fill' ? '{"fill": {"plan": "Ultimate", "years": 2}, "by": "who"}' : '{"by": "who"}';
}
