import { userInfo } from 'node:os';

/** Who decides where nobody is named: the login name. The user of a container may have none, but for a number. */
export function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.()}`;
  }
}
