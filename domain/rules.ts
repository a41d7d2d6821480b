import { sameName } from './names';
import { Refusal } from './refusal';

/** Services that the vendor sells with certain plans only (vendor tutorial: Disaster Recovery needs Ultimate). */
const NEEDS_PLAN = [{ service: 'Disaster Recovery', plan: 'Ultimate' }] as const;

/** The vendor's texts write "Ultimate" and "Ultimate Plan" for one plan; services alike. */
export function isNamed(name: string, asked: string, kind: 'Plan' | 'Service'): boolean {
  return sameName(name, asked) || sameName(name, `${asked} ${kind}`) || sameName(`${name} ${kind}`, asked);
}

/**
 * Refuses a service that is not sold with the plan. Names only: ids in a request are checked again by their
 * names once the vendor's catalogue has told them.
 *
 * @throws Refusal ServiceNeedsPlan
 */
export function checkServicesFitPlan(planName: string, serviceNames: readonly string[]): void {
  for (const rule of NEEDS_PLAN) {
    const asked = serviceNames.find((name) => isNamed(name, rule.service, 'Service'));
    if (asked === undefined || isNamed(planName, rule.plan, 'Plan')) continue;
    throw new Refusal(
      'ServiceNeedsPlan',
      `The service "${asked}" is sold with the plan ${rule.plan} only, and the request asks for "${planName}". ` +
        `Ask for the plan ${rule.plan}, or leave the service out.`,
      { service: asked, plan: planName, neededPlan: rule.plan },
    );
  }
}

/** An id as the vendor writes it: digits only. Names of plans and services never are. */
export function isVendorId(text: string): boolean {
  return /^\d+$/.test(text);
}
