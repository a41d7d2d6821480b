import { isHigher, planOf } from './catalogue';
import { invalid } from './envelope';
import { digitsOf, expectField, onlyKeys, type Fields } from './json-fields';
import { checkApplianceTerms, checkYearlyTerms, planAlone, PLAN_KEYS, wantPlan } from './line-rules';
import type { PbxState } from './pbx-state';

/**
 * Another plan; a higher one keeps the running years (tutorial "Switch Subscription Plan for P-Series Software
 * Edition"). @throws Refused
 */
export function checkSwitch(lines: readonly Fields[], pbx: PbxState): void {
  const line = lineOfSwitch(lines, pbx);
  checkYearlyTerms(line, 'switch');
  const plan = wantPlan(line, '12');
  refusePresentPlan(line, pbx);
  if (!isHigher(plan.planId, pbx.planId)) return;
  const { multiCycle } = pbx.term;
  expectField(
    line,
    'multiCycle',
    `the running ${multiCycle}, which a switch to the higher plan does not change`,
    (value) => digitsOf(value) === String(multiCycle),
  );
}

/** Another plan, by the month or by the year (tutorial "Switch Subscription Plan for P-Series Appliance Edition"). @throws Refused */
export function checkApplianceSwitch(lines: readonly Fields[], pbx: PbxState): void {
  const line = lineOfSwitch(lines, pbx);
  checkApplianceTerms(line, 'switch');
  wantPlan(line, '11');
  refusePresentPlan(line, pbx);
}

function lineOfSwitch(lines: readonly Fields[], { pending, expiresAt }: PbxState): Fields {
  if (pending !== undefined) {
    const { planName } = planOf(pending.planId)!;
    const day = new Date(expiresAt).toISOString().slice(0, 10);
    throw invalid(`productNo: the switch of its plan to ${planName} is pending until ${day}`);
  }
  const line = planAlone(lines);
  onlyKeys(line, PLAN_KEYS, 'a plan line');
  return line;
}

function refusePresentPlan(line: Fields, { planId }: PbxState): void {
  expectField(
    line,
    'serviceId',
    `another plan than ${planOf(planId)!.planName}, which the PBX has`,
    (value) => digitsOf(value) !== planId,
  );
}
