import { describe, expect, it } from "vitest";
import { readMoment } from "../../../../../src/modules/strategies/bars/csv/dates.ts";

const DAY = Date.UTC(2004, 7, 19);
const HALF_PAST_NINE = 34_200_000;

describe("a date", () => {
  it.each([
    "2004-08-19",
    "2004/08/19",
    "2004.08.19",
    "2004-8-19",
    "20040819",
    "19.08.2004",
    "19-Aug-2004",
    "19 August 2004",
    "Aug 19, 2004",
  ])("is read from %s", (cell) => {
    expect(readMoment(cell)).toMatchObject({ day: DAY, clock: 0, offset: undefined });
  });

  it.each([
    "2004-08-19 09:30",
    "2004-08-19T09:30:00",
    "2004-08-19 09:30:00.000000000",
    "2004.08.19 09:30",
    "200408190930",
    "20040819093000",
    "20040819 093000",
    "20040819 09:30:00",
    "19.08.2004 09:30:00.000",
    "2004-08-19 9:30 AM",
  ])("with a time is read from %s", (cell) => {
    expect(readMoment(cell)).toMatchObject({ day: DAY, clock: HALF_PAST_NINE, offset: undefined });
  });

  it.each([
    ["2004-08-19T09:30:00Z", 0],
    ["2004-08-19T09:30:00+02:00", 120],
    ["2004-08-19 09:30:00-0400", -240],
    ["2004-08-19 09:30:00-04", -240],
    ["19.08.2004 09:30:00.000 GMT+0200", 120],
    ["2004-08-19 09:30:00 UTC", 0],
  ])("with a zone is read from %s", (cell, offset) => {
    expect(readMoment(cell)).toMatchObject({ day: DAY, clock: HALF_PAST_NINE, offset });
  });

  it.each(["1092907800", "1092907800.000", "1092907800000", "1092907800000000", "1092907800000000000"])(
    "is read from the time since 1970 in %s",
    (cell) => {
      expect(readMoment(cell)).toMatchObject({ day: DAY, clock: HALF_PAST_NINE, offset: 0 });
    },
  );

  it.each(["09:30", "9:30", "930", "0930", "93000", "09:30:00", "9:30 am"])(
    "takes %s from a column of times",
    (time) => {
      expect(readMoment("20040819", time)).toMatchObject({ day: DAY, clock: HALF_PAST_NINE });
    },
  );

  it("with slashes stays open until the file tells the order", () => {
    expect(readMoment("08/19/2004 4:00 PM")).toMatchObject({
      day: undefined,
      year: 2004,
      first: 8,
      second: 19,
      clock: 57_600_000,
    });
  });

  it.each([
    "",
    "2004-02-30",
    "2004-13-01",
    "19/08/04",
    "0004-08-19",
    "9999-01-01",
    "2004-08-19 25:00",
    "2004-08-19 24:00",
    "2004-08-19 09:60",
    "2004-08-19 13:00 PM",
    "19 Foo 2004",
    "2004-08-19x",
    "12345",
    "-1092907800",
    "Infinity",
  ])("is not read from %j", (cell) => {
    expect(readMoment(cell)).toBeUndefined();
  });
});
