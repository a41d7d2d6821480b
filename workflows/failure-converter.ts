import { DefaultFailureConverter } from '@temporalio/common/lib/converter/failure-converter';

/** What a failure has beside its details is encoded as they are: its message and its stack may quote anything. */
class EncodingFailureConverter extends DefaultFailureConverter {
  constructor() {
    super({ encodeCommonAttributes: true });
  }

  /** A copy: the converter writes into what it is given, and a failure that is passed on twice would lose its message. */
  override errorToFailureInner(
    ...given: Parameters<DefaultFailureConverter['errorToFailureInner']>
  ): ReturnType<DefaultFailureConverter['errorToFailureInner']> {
    return { ...super.errorToFailureInner(...given) };
  }
}

export const failureConverter = new EncodingFailureConverter();
