import type { SearchFact } from '../domain/search-attributes';
import type { ActivityDeps } from './dependencies';

/**
 * The facts that Temporal takes as search attributes now. Asked for just before they are told: a run whose search
 * attribute is not registered would stand still.
 */
export function usableSearchAttributes({ searchAttributes }: ActivityDeps) {
  return (): Promise<SearchFact[]> => searchAttributes.usable();
}
