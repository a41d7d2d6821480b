import type { Faults } from './faults';
import type { SandboxSettings } from './settings';
import type { Tokens } from './tokens';
import type { Vendor } from './vendor';

/** A call of the vendor's API, as far as faults and the log of requests care. */
export interface LoggedRequest {
  method: string;
  path: string;
  at: number;
  faults: string[];
}

/** The parts that routes share. */
export interface SandboxParts {
  vendor: Vendor;
  faults: Faults;
  tokens: Tokens;
  settings: SandboxSettings;
  requests: LoggedRequest[];
}
