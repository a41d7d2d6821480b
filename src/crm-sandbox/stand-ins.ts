import { pipedrive } from './pipedrive';
import type { StandIn } from './stand-in';

/** The stand-ins of all CRMs. */
export const STAND_INS: readonly StandIn[] = [pipedrive];
