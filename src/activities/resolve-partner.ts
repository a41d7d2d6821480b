import { maskEmail, sameName } from '../orders/names';
import { pickOne } from '../orders/pick-one';
import type { PartnerReference } from '../orders/request';
import type { Partner } from '../portal/partners';
import type { ActivityDeps } from './deps';

/**
 * The id of the subordinate user a new licence is for.
 *
 * @throws Refusal PartnerNotFound, PartnerAmbiguous
 */
export function resolvePartner({ portal }: ActivityDeps) {
  return async (reference: PartnerReference): Promise<string> => {
    const partner = pickOne(await portal.listPartners(), {
      ...askedFor(reference),
      describe: (entry) => `${entry.partnerId} (${entry.company ?? 'no company'})`,
      idOf: (entry) => entry.partnerId,
      notFound: 'PartnerNotFound',
      ambiguous: 'PartnerAmbiguous',
    });
    return partner.partnerId;
  };
}

function askedFor(reference: PartnerReference): {
  asked: string;
  matches: (partner: Partner) => boolean;
} {
  if ('partnerId' in reference) {
    const { partnerId } = reference;
    return { asked: `partner with the id ${partnerId}`, matches: (entry) => entry.partnerId === partnerId };
  }
  if ('email' in reference) {
    const { email } = reference;
    return {
      asked: `partner with the e-mail address ${maskEmail(email)}`,
      matches: (entry) => sameName(entry.email ?? '', email),
    };
  }
  const { company } = reference;
  return {
    asked: `partner with the company "${company}"`,
    matches: (entry) => sameName(entry.company ?? '', company),
  };
}
