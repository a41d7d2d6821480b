import { Links } from '../../server/page/links';

/** The page of a server that is set up as at first: nobody signs in to it. */
export const USUAL_PAGE = {
  signIn: { people: [], sessionMs: 60 * 60_000 },
  publicUrl: 'http://127.0.0.1',
  sources: [],
  links: new Links(undefined, () => undefined),
};
