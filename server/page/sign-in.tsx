import type { VNode } from 'preact';

/** Where people sign in. */
export function SignInPage({
  next,
  problem,
  byToken,
  byProvider,
}: {
  /** Where they wanted to go. */
  next: string;
  problem?: string | undefined;
  byToken: boolean;
  /** The name of the provider of OpenID Connect. */
  byProvider?: string | undefined;
}): VNode {
  return (
    <div class="sign-in">
      <h1>Wonce</h1>
      <p class="note">A won deal becomes one license order, once.</p>
      {problem !== undefined && (
        <p class="banner refused" role="alert">
          {problem}
        </p>
      )}
      {byProvider !== undefined && (
        <p class="answers">
          <a class="button" href={`/sign-in/openid?${new URLSearchParams({ next }).toString()}`}>
            Sign in with {byProvider}
          </a>
        </p>
      )}
      {byToken && (
        <form method="post" action="/sign-in" class="card">
          <input type="hidden" name="next" value={next} />
          <label for="token">Your token</label>
          <input
            id="token"
            name="token"
            type="password"
            autocomplete="current-password"
            required
            maxLength={500}
          />
          <p class="note">Whoever runs Wonce has given it to you. What you decide is kept under its name.</p>
          <p class="answers">
            <button type="submit">Sign in</button>
          </p>
        </form>
      )}
    </div>
  );
}
