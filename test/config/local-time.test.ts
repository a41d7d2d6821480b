import { localIso, localTime, startOfDay } from '../../config/local-time';

it.each([
  ['2026-11-27', 'Europe/Berlin', '2026-11-26T23:00:00.000Z'],
  ['2026-11-27', 'America/New_York', '2026-11-27T05:00:00.000Z'],
  ['2026-11-27', 'Asia/Kathmandu', '2026-11-26T18:15:00.000Z'],
  ['2026-11-27', 'Pacific/Kiritimati', '2026-11-26T10:00:00.000Z'],
  // The day on which the clocks change, and the one after it.
  ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
  ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
  ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
  // There the clocks change at midnight: the day begins at one.
  ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
])('%s begins in %s at %s', (day, zone, start) => {
  expect(startOfDay(day, zone)?.toISOString()).toBe(start);
});

it.each(['2026-02-30', '2026-13-01', 'soon', ''])('"%s" is no day', (day) => {
  expect(startOfDay(day, 'Europe/Berlin')).toBeUndefined();
});

it('every day of a year begins where the one before ends', () => {
  for (const zone of ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'America/Santiago']) {
    for (let at = Date.UTC(2026, 0, 2); at < Date.UTC(2027, 0, 1); at += 24 * 60 * 60_000) {
      const day = new Date(at).toISOString().slice(0, 10);
      const before = new Date(at - 24 * 60 * 60_000).toISOString().slice(0, 10);
      const start = startOfDay(day, zone)!;
      expect(localTime(start, zone).date).toBe(day);
      expect(localTime(new Date(start.getTime() - 1), zone).date).toBe(before);
    }
  }
});

it('a moment by local clocks still says which one it is', () => {
  const at = new Date('2026-11-30T23:30:00.000Z');
  expect(localIso(at, 'Europe/Berlin')).toBe('2026-12-01T00:30:00+01:00');
  expect(new Date(localIso(at, 'America/St_Johns')).getTime()).toBe(at.getTime());
});
