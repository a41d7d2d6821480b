import type { VNode } from 'preact';
import { Said } from './parts';

export interface SecondStepProps {
  /** The question that the second step asks. */
  title: string;
  /** What happens then, and what cannot be undone. */
  then: string;
  /** The verb and the object on the button. */
  button: string;
  spends: boolean;
  /** Where it is sent, and what goes with it unseen; what is not known is left out. */
  action: string;
  hidden: Readonly<Record<string, string | undefined>>;
  /** What the button says while it takes its time. */
  slow: string;
  /** Where nothing is decided. */
  back: string;
}

/** The second step of a decision: what is about to happen, why, and one button. */
export function SecondStep({
  title,
  then,
  button,
  spends,
  action,
  hidden,
  slow,
  back,
}: SecondStepProps): VNode {
  return (
    <form class="card decide" method="post" action={action} data-slow={slow}>
      <h1>
        <Said>{title}</Said>
      </h1>
      <p>
        <Said>{then}</Said>
      </p>
      {Object.entries(hidden).map(
        ([name, value]) =>
          value !== undefined && <input type="hidden" key={name} name={name} value={value} />,
      )}
      <Why />
      <p class="answers">
        <a class="button safe" href={back}>
          Back, decide nothing
        </a>
        <button type="submit" class={spends ? 'spends' : undefined}>
          <Said>{button}</Said>
        </button>
      </p>
    </form>
  );
}

/** Why somebody decides so. Of several lines: there, Enter decides nothing. */
export function Why(): VNode {
  return (
    <>
      <label for="why">
        Why <span class="note">(kept for good, with your name)</span>
      </label>
      <textarea id="why" name="why" rows={2} maxLength={500} />
    </>
  );
}
