/** A build with a bug: a plain error fails the workflow task, again and again. */
export function purchaseLicense(): Promise<never> {
  return Promise.reject(new Error('A bug of this build.'));
}
