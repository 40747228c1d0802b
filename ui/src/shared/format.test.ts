// Money, dates and sizes as people read them.
import { describe, expect, it } from "vitest";
import { bytes, date, distance, duration, list, money, number, when, inner, shortHash } from "./format";

describe("money", () => {
  it("keeps the currency of the record and its own number of places", () => {
    expect(money({ minor: 1771082, currency: "EUR", exponent: 2 })).toBe("€17,710.82");
    expect(money({ minor: 675, currency: "JPY", exponent: 0 })).toBe("JP¥675");
    expect(money({ minor: 12345, currency: "TND", exponent: 3 })).toContain("12.345");
  });

  it("writes a true minus and survives a currency that Intl does not know", () => {
    expect(money({ minor: -675, currency: "EUR", exponent: 2 })).toBe("−€6.75");
    expect(money({ minor: 675, currency: "?", exponent: 2 })).toBe("6.75");
  });
});

describe("dates", () => {
  it("stay in the zone of the work", () => {
    expect(date("2026-11-20T19:42:08+01:00", "time")).toBe("19:42");
    expect(date("2026-11-20T00:05:00+09:00", "long")).toBe("20 November 2026");
    expect(date("2026-11-20T23:55:00-08:00", "dayMonth")).toBe("20 Nov");
  });

  it("take days and months, and give back what is no date", () => {
    expect(date("2026-11-20", "weekday")).toBe("Friday");
    expect(date("2026-11-20", "dayMonthLong")).toBe("20 November");
    expect(date("2025-09", "monthYear")).toBe("September 2025");
    expect(date("2025-09-03", "dayMonth")).toBe("3 Sep");
    expect(date("soon")).toBe("soon");
  });

  it("are relative only within 24 hours", () => {
    const now = new Date("2026-11-22T09:20:00+01:00");
    expect(when("2026-11-22T07:12:00+01:00", now)).toBe("2 hours ago");
    expect(when("2026-11-22T09:12:00+01:00", now)).toBe("8 minutes ago");
    expect(when("2026-11-20T09:12:00+01:00", now)).toBe("20 Nov");
    expect(when("2025-11-20T09:12:00+01:00", now)).toBe("20 Nov 2025");
  });
});

describe("numbers", () => {
  it("group thousands and name units", () => {
    expect(number(4212)).toBe("4,212");
    expect(distance(3400)).toBe("3.4 km");
    expect(duration(24 * 60)).toBe("24 min");
    expect(duration(125 * 60)).toBe("2 h 05 min");
    expect(bytes(20_900_000)).toBe("20.9 MB");
    expect(bytes(412)).toBe("412 bytes");
    expect(list(["Uber Eats", "Upwork", "Nabo"])).toBe("Uber Eats, Upwork and Nabo");
  });
  it("hashes are cut in the middle", () => expect(shortHash("9c41e07b55d2" + "0".repeat(48) + "f3a8")).toBe("9c41 e07b 55d2 … f3a8"));

  it("words inside a sentence begin small, names do not", () => expect(["Weekly earnings", "E-mail address", "UK tax"].map(inner)).toEqual(["weekly earnings", "E-mail address", "UK tax"]));
});
