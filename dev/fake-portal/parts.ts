import type { Credentials } from './credentials';
import type { Faults } from './faults';
import type { RequestLog } from './request-log';
import type { FakePortalSettings } from './settings';
import type { Tokens } from './tokens';
import type { Vendor } from './vendor';

/** The parts that routes share. */
export interface FakePortalParts {
  vendor: Vendor;
  faults: Faults;
  tokens: Tokens;
  settings: FakePortalSettings;
  credentials: Credentials;
  log: RequestLog;
  /** Ends the waits of calls when the server closes. */
  closing: AbortSignal;
}
