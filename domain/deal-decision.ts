import { DEAL_VERBS, type DealDecision, type DealVerb } from './deal';
import { readFilledIn } from './filled-in';
import { present } from './optional';
import { Undecodable } from './undecodable';
import { isBlank, typedId } from './visible-text';
import { readAuthor } from './author';

/**
 * Reads what came with a verb about a deal: typed by hand in the Temporal UI or by tctl, so anything may come.
 *
 * @returns the decision, or all that is wrong with it, a sentence each
 */
export function readDealDecision(verb: DealVerb, input: unknown): DealDecision | string {
  if (input instanceof Undecodable) return `${verb}: ${input.problem}`;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return `${verb}: expected one JSON object, such as ${exampleOf(verb)}`;
  }
  const { by, why, via, fill, about, ...rest } = input as Record<string, unknown>;
  const whose = readAuthor({ by, why, via });
  const shown = verb === 'buy' ? typedId(about) : undefined;
  const filledIn = verb === 'fill' ? readFilledIn(fill) : {};
  const isStrange = (verb !== 'fill' && !isBlank(fill)) || (verb !== 'buy' && !isBlank(about));
  const problems = [
    ...(typeof whose === 'string' ? [`${verb}: ${whose}`] : []),
    ...(Object.keys(rest).length > 0 || isStrange ? [`${verb}: expected ${exampleOf(verb)}`] : []),
    ...(verb === 'buy' && !isBlank(about) && shown === undefined ? [ABOUT] : []),
    ...(typeof filledIn === 'string' ? [filledIn] : []),
  ];
  if (problems.length > 0 || typeof whose === 'string' || typeof filledIn === 'string') {
    return problems.join('. ');
  }
  if (verb === 'fill') return { verb, fill: filledIn, ...whose };
  return verb === 'buy' ? { verb, ...present({ about: shown }), ...whose } : { verb, ...whose };
}

const ABOUT = 'buy: about: expected the id of what was shown, as text';

export function isDealVerb(value: unknown): value is DealVerb {
  return (DEAL_VERBS as readonly unknown[]).includes(value);
}

function exampleOf(verb: DealVerb): string {
  return verb === 'fill' ? '{"fill": {"plan": "Ultimate", "years": 2}, "by": "who"}' : '{"by": "who"}';
}
