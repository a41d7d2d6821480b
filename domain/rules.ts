import { sameName } from './names';
import { Refusal } from './refusal';

/** Services that the vendor sells with certain plans only (vendor tutorial: Disaster Recovery needs Ultimate). */
const NEEDS_PLAN = [{ service: 'Disaster Recovery', plan: 'Ultimate' }] as const;

/** The vendor writes "Ultimate" and "Ultimate Plan" for one plan. */
function planNameIs(name: string, wanted: string): boolean {
  return sameName(name, wanted) || sameName(name, `${wanted} Plan`);
}

function serviceNameIs(name: string, wanted: string): boolean {
  return sameName(name, wanted) || sameName(name, `${wanted} Service`);
}

/**
 * Refuses a service that is not sold with the plan. Names only: ids in a request are checked again by their
 * names once the vendor's catalogue has told them.
 *
 * @throws Refusal ServiceNeedsPlan
 */
export function checkServicesFitPlan(planName: string, serviceNames: readonly string[]): void {
  for (const rule of NEEDS_PLAN) {
    const asked = serviceNames.find((name) => serviceNameIs(name, rule.service));
    if (asked === undefined || planNameIs(planName, rule.plan)) continue;
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
