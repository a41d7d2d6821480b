import type { ErrorCode } from '../domain/error-catalogue';
import type { LaidOut } from '../domain/printable';

/** Settings that are missing or wrong, all of them at once, with what to set. */
export class SettingsError extends Error implements LaidOut {
  override readonly name = 'SettingsError';
  readonly code = 'SettingsInvalid' satisfies ErrorCode;
  readonly isLaidOut = true;
}
