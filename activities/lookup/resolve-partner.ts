import { maskEmail, sameName } from '../../domain/names';
import { pickOne } from './pick-one';
import type { PartnerReference } from '../../domain/request';
import { plainId } from '../../domain/visible-text';
import type { Sought } from '../../portal/find-in-list';
import type { Partner } from '../../portal/people';
import type { ActivityDeps } from '../dependencies';
import { fieldsOfPerson } from './describe-people';
import { listProgress } from '../list-progress';

/**
 * The id of the subordinate user a new licence is for.
 *
 * @throws Refusal PartnerNotFound, PartnerAmbiguous
 */
export function resolvePartner({ portal }: ActivityDeps) {
  return async (reference: PartnerReference): Promise<string> => {
    const { asked, ...sought } = askedFor(reference);
    const { items, count } = await portal.findPartners(sought, listProgress());
    const partner = pickOne(items, {
      asked,
      matches: sought.matches,
      count,
      fieldsOf: fieldsOfPerson,
      idOf: (entry) => entry.partnerId,
      notFound: 'PartnerNotFound',
      ambiguous: 'PartnerAmbiguous',
    });
    return partner.partnerId;
  };
}

function askedFor(reference: PartnerReference): Sought<Partner> & { asked: string } {
  if ('partnerId' in reference) {
    const partnerId = plainId(reference.partnerId);
    return {
      asked: `partner with the id ${partnerId}`,
      matches: (entry) => plainId(entry.partnerId) === partnerId,
      byId: true,
    };
  }
  if ('email' in reference) {
    const { email } = reference;
    return {
      asked: `partner with the e-mail address ${maskEmail(email)}`,
      matches: (entry) => sameName(entry.email ?? '', email),
      byId: false,
    };
  }
  const { company } = reference;
  return {
    asked: `partner with the company "${company}"`,
    matches: (entry) => sameName(entry.company ?? '', company),
    byId: false,
  };
}
