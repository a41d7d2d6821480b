import { Refused } from './fake-crm';

/** How the REST API says that a call is wrong: a list of one. */
export function refusal(errorCode: string, message: string, status = 400): Refused {
  return new Refused(status, [{ message, errorCode }]);
}
