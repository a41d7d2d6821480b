import type { Logger } from 'pino';
import type { TellingSource } from '../../client/overview-client';
import type { WonceClient } from '../../client/wonce-client';
import type { SignInSettings } from '../../config/server-settings';
import type { Refusals } from '../refusals';
import type { Links } from './links';

/** What the operators' page is made of. */
export interface PageParts {
  client: WonceClient;
  tokens: readonly string[];
  signIn: SignInSettings;
  publicUrl: string;
  links: Links;
  /** Of which won deals come. */
  sources: readonly TellingSource[];
  refusals: Refusals;
  log: Logger;
}
