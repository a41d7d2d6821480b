import { request } from 'node:http';

/** Calls a server of this machine by another name than its own, as a web page does that made its name point here. */
export function callByName(
  url: string,
  name: string,
  {
    method = 'GET',
    path = '/',
    headers = {},
    body,
  }: { method?: string; path?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${url}${path}`,
      { method, headers: { ...headers, host: name }, setHost: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode!, text }));
      },
    );
    call.on('error', reject).end(body);
  });
}

/** Names that are none of this machine's, though some look like it. */
export const NAMES_OF_OTHERS = [
  'evil.example',
  'evil.example:8091',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '127.0.0.1@evil.example',
  'localhost.',
  '0.0.0.0',
  '[::]',
  '10.0.0.1:8091',
  '',
];

export const NAMES_OF_THIS_MACHINE = [
  'localhost',
  'LOCALHOST:8091',
  '127.0.0.1',
  '127.0.0.1:8091',
  '[::1]:8091',
];

/** Types that a web page can send anywhere without being invited. */
export const TYPES_OF_PAGES = [
  'text/plain',
  'text/plain; x=application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=application/json',
  '',
];
