import { cached } from '../../telemetry/cached';

afterEach(() => jest.useRealTimers());

it('however many ask at once, it is read once; and again when it has grown old, or after a failure', async () => {
  jest.useFakeTimers();
  let reads = 0;
  const read = cached(
    () => (++reads === 2 ? Promise.reject(new Error('away')) : Promise.resolve(reads)),
    1_000,
  );
  expect(await Promise.all([read(), read(), read()])).toEqual([1, 1, 1]);
  jest.advanceTimersByTime(999);
  expect(await read()).toBe(1);
  jest.advanceTimersByTime(1);
  await expect(Promise.all([read(), read()])).rejects.toThrow('away');
  expect(reads).toBe(2);
  jest.advanceTimersByTime(1_000);
  expect(await read()).toBe(3);
});
