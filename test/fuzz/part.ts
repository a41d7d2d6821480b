import type fc from 'fast-check';

/** A parser of what others send. */
export interface Part {
  name: string;
  /** Reads one of its inputs. @throws whatever the parser throws */
  property(fuzz: Fuzz): Promise<void>;
}

/** What a part is run by. */
export type Fuzz = <Input>(
  inputs: fc.Arbitrary<Input>,
  read: (input: Input) => Promise<void>,
) => Promise<void>;

/**
 * @param read one input; it may reject
 * @param isExpected whether an error is one of the parser's own, by which it refuses
 */
export function part<Input>(
  name: string,
  inputs: fc.Arbitrary<Input>,
  read: (input: Input) => unknown,
  isExpected: (error: unknown) => boolean = () => false,
): Part {
  return {
    name,
    property: (fuzz) =>
      fuzz(inputs, async (input) => {
        const before = prototypes();
        try {
          await read(input);
        } catch (error) {
          if (!isExpected(error)) throw error;
        }
        if (prototypes() !== before) throw new Error('A prototype of all objects was changed.');
      }),
  };
}

/** What all objects and lists have. */
function prototypes(): string {
  return [Object.prototype, Array.prototype, Function.prototype, String.prototype]
    .map((one) => Object.getOwnPropertyNames(one).join())
    .join(';');
}

/** By its code: errors of the rooms, `new Refusal('InvalidRequest', …)`. */
export function hasCode(...codes: readonly string[]): (error: unknown) => boolean {
  return (error) => codes.includes((error as { code?: string }).code ?? '');
}
