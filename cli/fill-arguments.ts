import { ClientError } from '../client/client-error';
import type { FilledIn } from '../domain/deal';
import { didYouMean } from '../validation/did-you-mean';
import { isTypedField, readTypedField, TYPED_FIELDS } from '../validation/typed-fields';

/**
 * Reads `plan=Ultimate`, `extensions=100`, `services=Disaster Recovery,Recording` and the like. Whether the values are
 * right is for `readDealDecision` to say.
 *
 * @throws ClientError DecisionInvalid when one names no field, or names one twice
 */
export function readFillArguments(given: readonly string[]): FilledIn {
  const filledIn: FilledIn = {};
  for (const argument of given) {
    const at = argument.indexOf('=');
    const field = at < 0 ? argument : argument.slice(0, at);
    if (at < 1 || !isTypedField(field)) {
      const meant = didYouMean(field, TYPED_FIELDS);
      const hint = meant === undefined || meant === field ? '' : ` (did you mean ${meant}?)`;
      throw invalid(
        `${field.slice(0, 60)}: expected field=value, with one of ${TYPED_FIELDS.join(', ')}${hint}`,
      );
    }
    const read = readTypedField(field, argument.slice(at + 1));
    if (read === undefined) throw invalid(`${field}: expected a value behind the =; came nothing`);
    for (const [key, value] of Object.entries(read)) {
      if (Object.hasOwn(filledIn, key)) throw invalid(`${field}: expected each field once`);
      Object.assign(filledIn, { [key]: value });
    }
  }
  return filledIn;
}

function invalid(problem: string): ClientError {
  return new ClientError('DecisionInvalid', `fill: ${problem}. Nothing was filled in.`);
}
