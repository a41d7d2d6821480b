import type { VNode } from 'preact';
import type { Problem } from '../problem';
import { Said } from './parts';

/** What failed, what still works, and what to do. */
export function FailurePage({ problem, id }: { problem: Problem; id: string }): VNode {
  const isAway = problem.status === 503;
  return (
    <article class="card">
      <h1>{isAway ? 'This cannot be shown now' : 'This was not done'}</h1>
      <p>
        <Said>{problem.message}</Said>
      </p>
      {isAway && (
        <p>
          What was begun is not lost: it goes on by itself as soon as everything answers again. Nothing is
          ordered twice, whatever you try meanwhile.
        </p>
      )}
      <p class="answers">
        <a class="button safe" href="/">
          To the first page
        </a>
      </p>
      <p class="note">
        {problem.code}, {id}
      </p>
    </article>
  );
}
