import { z } from 'zod';
import { check, type Environment } from '../config/check';
import { SettingsError } from '../config/settings-error';
import { ORDER_STEPS, type StepObserver } from '../domain/order-steps';

const EXPECTED = `one of ${ORDER_STEPS.join(', ')}`;

const failPointSetting = z.object({
  WONCE_FAIL_POINT: z.string().refine(isFailPoint, { error: EXPECTED }).optional(),
});

/**
 * An observer that ends this process as `kill -9` does at the step that WONCE_FAIL_POINT names: `name` when it is first
 * passed, `name:3` when it is passed for the third time. `name:1:freeze` stops it there as `kill -STOP` does. For tests;
 * without the setting it does nothing.
 *
 * @throws SettingsError when it names no step, or in production
 */
export function failPointObserver(env: Environment): StepObserver {
  const { WONCE_FAIL_POINT: failPoint } = check(failPointSetting, env);
  if (failPoint === undefined) return () => undefined;
  if (env.NODE_ENV === 'production') {
    throw new SettingsError(
      'WONCE_FAIL_POINT is set, and NODE_ENV is production: it ends the worker in the middle of an order, for tests. Unset it.',
    );
  }
  const [wanted, at = '1', isFreeze] = failPoint.split(':');
  let passed = 0;
  return (step) => {
    if (step !== wanted || ++passed !== Number(at)) return;
    if (isFreeze !== undefined) return void process.kill(process.pid, 'SIGSTOP');
    process.kill(process.pid, 'SIGKILL');
    // The signal may come a moment later: until then nothing more happens here.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
  };
}

/** Whether a text is a setting of WONCE_FAIL_POINT that means something. */
export function isFailPoint(text: string): boolean {
  const [name, at = '1', ...more] = text.split(':');
  const isEnd = more.length === 0 || more.join(':') === 'freeze';
  return ORDER_STEPS.some((step) => step === name) && /^[1-9]\d*$/.test(at) && isEnd;
}
