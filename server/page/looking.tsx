import type { VNode } from 'preact';
import { Said } from './parts';
import type { Viewer } from './viewer';

interface LookingAtProps {
  /** The address of what is looked at. */
  at: string;
  viewer: Pick<Viewer, 'othersAt'>;
  /** On a page that is not made anew by itself, this is. */
  isAlone: boolean;
}

/** The line of a page that says who else has it open; empty while nobody has. */
export function LookingAt({ at, viewer, isAlone }: LookingAtProps): VNode {
  const renewed = isAlone && {
    'hx-get': `/looking?${new URLSearchParams({ at }).toString()}`,
    'hx-trigger': 'news from:body',
    'hx-swap': 'outerHTML',
  };
  return (
    <p id="looking" class="looking" role="status" {...renewed}>
      <Looking names={viewer.othersAt(at)} />
    </p>
  );
}

/** Who else looks at the same: `Ben is looking at this`. */
export function Looking({ names }: { names: readonly string[] }): VNode | null {
  if (names.length === 0) return null;
  return (
    <>
      <span aria-hidden="true">●</span> <Said>{listed(names)}</Said> {names.length === 1 ? 'is' : 'are'}{' '}
      looking at this
    </>
  );
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
