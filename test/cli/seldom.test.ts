import { seldom } from '../../cli/seldom';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('what takes less than a second is not told of, and what takes longer once a second', () => {
  const told: number[] = [];
  const tell = seldom((news: number) => told.push(news));
  for (let tenths = 0; tenths <= 35; tenths++) {
    tell(tenths);
    jest.advanceTimersByTime(100);
  }
  expect(told).toEqual([10, 20, 30]);
});
