import { hostname, userInfo } from 'node:os';
import { printable } from '../domain/printable';

/** Who decides where nobody is named: the login name. The user of a container may have none, but for a number. */
export function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.()}`;
  }
}

/** From whose session something came, for the record: `wonce command, ann@host`. It is not theirs to choose. */
export function sessionOf(program: string): string {
  return printable(`${program}, ${loginName()}@${hostname()}`);
}
