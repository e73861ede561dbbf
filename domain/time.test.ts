import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  DAY_MS,
  dayOf,
  EARLIEST,
  endOfPeriod,
  HOUR_MS,
  isDate,
  LATEST,
  parseInstant,
  printDay,
  printInstant,
  startOfDay,
} from './time.ts';

const anyInstant = fc.integer({ min: EARLIEST, max: LATEST - 1 });

describe('a time that is read', () => {
  const GOOD: readonly (readonly [name: string, text: string, printed: string])[] = [
    ['in +08:00', '2021-01-06T00:00:00+08:00', '2021-01-06T00:00:00+08:00'],
    ['in UTC', '2021-01-05T16:00:00Z', '2021-01-06T00:00:00+08:00'],
    ['in small letters', '2021-01-05t16:00:00z', '2021-01-06T00:00:00+08:00'],
    ['with an offset to the west', '2021-01-05T11:00:00-05:00', '2021-01-06T00:00:00+08:00'],
    ['with an offset of half hours', '2021-01-05T21:30:00+05:30', '2021-01-06T00:00:00+08:00'],
    ['with the largest offset', '2021-01-06T15:59:00+23:59', '2021-01-06T00:00:00+08:00'],
    ['with the unknown offset -00:00', '2021-01-05T16:00:00-00:00', '2021-01-06T00:00:00+08:00'],
    ['with tenths', '2021-01-06T00:00:00.5+08:00', '2021-01-06T00:00:00.500+08:00'],
    ['with milliseconds', '2021-01-06T00:00:00.001+08:00', '2021-01-06T00:00:00.001+08:00'],
    [
      'finer than a millisecond, cut off',
      '2021-01-06T00:00:00.9999999+08:00',
      '2021-01-06T00:00:00.999+08:00',
    ],
    ['with a fraction of zero', '2021-01-06T00:00:00.000+08:00', '2021-01-06T00:00:00+08:00'],
    ['on a leap day', '2020-02-29T12:00:00+08:00', '2020-02-29T12:00:00+08:00'],
    ['on the leap day of a fourth century', '2000-02-29T12:00:00+08:00', '2000-02-29T12:00:00+08:00'],
    ['in a leap second, as the next second', '2016-12-31T23:59:60Z', '2017-01-01T08:00:00+08:00'],
    ['in a leap second of another offset', '2017-01-01T07:59:60.25+08:00', '2017-01-01T08:00:00.250+08:00'],
    ['in a leap second before 1970', '1969-12-31T23:59:60Z', '1970-01-01T08:00:00+08:00'],
    ['at the last second of a day', '2021-01-06T23:59:59+08:00', '2021-01-06T23:59:59+08:00'],
    ['in the summer of 1988, without daylight saving', '1988-07-01T00:00:00Z', '1988-07-01T08:00:00+08:00'],
  ];
  for (const [name, text, printed] of GOOD) {
    test(name, () => assert.equal(printInstant(parseInstant(text)), printed));
  }

  const BAD: readonly (readonly [name: string, text: string])[] = [
    ['nothing', ''],
    ['a date', '2021-01-06'],
    ['no offset', '2021-01-06T00:00:00'],
    ['no seconds', '2021-01-06T00:00+08:00'],
    ['a space for the T', '2021-01-06 00:00:00+08:00'],
    ['a leap day in another year', '2021-02-29T00:00:00+08:00'],
    ['a leap day in 1900', '1900-02-29T00:00:00+08:00'],
    ['a leap day in 2100', '2100-02-29T00:00:00+08:00'],
    ['31 April', '2021-04-31T00:00:00+08:00'],
    ['day 0', '2021-01-00T00:00:00+08:00'],
    ['month 0', '2021-00-06T00:00:00+08:00'],
    ['month 13', '2021-13-06T00:00:00+08:00'],
    ['hour 24', '2021-01-06T24:00:00+08:00'],
    ['minute 60', '2021-01-06T00:60:00+08:00'],
    ['second 61', '2016-12-31T23:59:61Z'],
    ['second 60 within a UTC day', '2021-01-06T23:59:60+08:00'],
    ['a point without digits', '2021-01-06T00:00:00.+08:00'],
    ['a comma for the point', '2021-01-06T00:00:00,5+08:00'],
    ['an offset of 24 hours', '2021-01-06T00:00:00+24:00'],
    ['an offset of 60 minutes', '2021-01-06T00:00:00+08:60'],
    ['an offset without a colon', '2021-01-06T00:00:00+0800'],
    ['an offset of hours only', '2021-01-06T00:00:00+08'],
    ['a minus sign that is none', '2021-01-06T00:00:00\u221208:00'],
    ['something after the offset', '2021-01-06T00:00:00+08:00x'],
    ['something after the Z', '2021-01-06T00:00:00Z '],
    ['something before the year', ' 2021-01-06T00:00:00Z'],
    ['a year of five digits', '12021-01-06T00:00:00Z'],
    ['digits of another script', '２０２１-01-06T00:00:00Z'],
    ['a sign for a digit', '+021-01-06T00:00:00Z'],
    ['the name of a zone', '2021-01-06T00:00:00[Asia/Shanghai]'],
  ];
  for (const [name, text] of BAD) test(`is none: ${name}`, () => assert.ok(Number.isNaN(parseInstant(text))));

  test('agrees with the platform wherever both can read', () => {
    const holds = fc.property(anyInstant, fc.integer({ min: -1_439, max: 1_439 }), (instant, minutes) => {
      const local = new Date(instant + minutes * 60_000).toISOString().slice(0, -1);
      const size = Math.abs(minutes);
      const clock = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, '0')).join(':');
      assert.equal(parseInstant(`${local}${minutes < 0 ? '-' : '+'}${clock}`), instant);
    });
    fc.assert(holds, { seed: 2021 });
  });

  test('is what was printed', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => parseInstant(printInstant(instant)) === instant),
      { seed: 2021 },
    );
  });

  test('any text is a whole instant or none', () => {
    const holds = fc.property(fc.string(), (text) => {
      const instant = parseInstant(text);
      return Number.isNaN(instant) || Number.isInteger(instant);
    });
    fc.assert(holds, { seed: 2021 });
  });
});

describe('the bounds of evidence', () => {
  test('begin with 1900', () => assert.equal(printInstant(EARLIEST), '1900-01-01T00:00:00+08:00'));
  test('end with 2200', () => assert.equal(printInstant(LATEST - 1), '2200-12-31T23:59:59.999+08:00'));
});

describe('a civil day', () => {
  test('begins at 00:00 in China, which belongs to it', () => {
    const midnight = parseInstant('2021-01-06T00:00:00+08:00');
    assert.equal(printDay(dayOf(midnight)), '2021-01-06');
    assert.equal(printDay(dayOf(midnight - 1)), '2021-01-05');
    assert.equal(startOfDay(dayOf(midnight)), midnight);
  });

  test('is what the platform calls it, in every year', () => {
    const holds = fc.property(anyInstant, (instant) => {
      const day = new Date(instant + 8 * HOUR_MS).toISOString().slice(0, 10);
      return printDay(dayOf(instant)) === day;
    });
    fc.assert(holds, { seed: 2021 });
  });

  test('exists or not by the Gregorian calendar', () => {
    for (let month = 0; month <= 13; month++) {
      for (const year of [1900, 1999, 2000, 2020, 2021, 2100]) {
        for (let day = 0; day <= 32; day++) {
          const date = new Date(Date.UTC(year, month - 1, day));
          const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
          assert.equal(
            isDate(year, month, day),
            real && month >= 1 && month <= 12,
            `${year}-${month}-${day}`,
          );
        }
      }
    }
  });
});

describe('a period of days (Civil Code art. 201, 203)', () => {
  test('of 14 days since 1 January holds through the whole of 15 January', () => {
    for (const clock of ['00:00:00', '12:00:00', '23:59:59']) {
      const end = endOfPeriod(parseInstant(`2021-01-01T${clock}+08:00`), 14);
      assert.equal(printInstant(end), '2021-01-16T00:00:00+08:00');
    }
  });

  test('of no days ends with its day', () => {
    const end = endOfPeriod(parseInstant('2021-01-01T12:00:00+08:00'), 0);
    assert.equal(printInstant(end), '2021-01-02T00:00:00+08:00');
  });

  test('counts days in China, whatever the offset of the time', () => {
    const end = endOfPeriod(parseInstant('2020-12-31T16:00:00Z'), 14);
    assert.equal(printInstant(end), '2021-01-16T00:00:00+08:00');
  });

  test('goes over leap days and years, in whole days', () => {
    const holds = fc.property(anyInstant, fc.nat(60), (instant, days) => {
      const length = endOfPeriod(instant, days) - startOfDay(dayOf(instant));
      return length === (days + 1) * DAY_MS;
    });
    fc.assert(holds, { seed: 2021 });
  });
});
