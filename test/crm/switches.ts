import { CrmError } from '../../crm/deal-reader';

/** The switches of a fake CRM. @param url of the one that runs now: each test has its own */
export function switchesOf(crm: string, url: () => string) {
  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${url()}/_control/${crm}/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(response.ok).toBe(true);
    return response.json();
  }
  const put = (kind: string, id: string | number, record: unknown) =>
    control('PUT', `records/${kind}/${id}`, record);
  /** The addresses of the API that were called. */
  const called = async () => ((await control('GET', 'requests')) as { url: string }[]).map(({ url }) => url);
  return { control, put, called };
}

export async function failureOf(work: Promise<unknown>): Promise<CrmError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CrmError);
  return error as CrmError;
}
