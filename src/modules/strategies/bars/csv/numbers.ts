import { CsvRefusal } from "./refusal.ts";
import type { Delimiter } from "./rows.ts";

export const DECIMALS = [".", ","] as const;
export type Decimal = (typeof DECIMALS)[number];

const PLAIN = /^-?\d{1,30}(\.\d{0,30})?$/;
const WRITTEN =
  /^([+-]?)[$€£¥]?([+-]?)(\d[\d.,'’\s\u00a0\u202f]*|[.,]\d+)(?:[eE]([+-]?\d{1,3}))?\s*([KMBkmb]?)$/;
const SPACES = /['’\s\u00a0\u202f]/g;
const POWERS: Record<string, number> = { "": 0, k: 3, m: 6, b: 9 };
const ABSENT = new Set(["", "-", "--", "nan", "null", "none", "n/a", "na", "#n/a", "nil"]);

/**
 * A number as people and programs write it: `1,234.50`, `1.234,50`, `1 234,50`, `1'234.5`, `$12.5`, `1.5e-3`, `22.35M`. NaN for
 * an empty cell, `NaN`, `null` or `N/A`; undefined for what is no finite number.
 */
export function readNumber(cell: string, decimal: Decimal): number | undefined {
  if (decimal === "." && PLAIN.test(cell)) return Number(cell);
  if (ABSENT.has(cell.toLowerCase())) return Number.NaN;
  const [, sign = "", inner = "", digits, exponent = "0", suffix = ""] = WRITTEN.exec(cell) ?? [];
  if (digits === undefined || (sign !== "" && inner !== "")) return undefined;
  const plain = withoutGroups(digits, decimal);
  if (plain === undefined) return undefined;
  const power = Number(exponent) + (POWERS[suffix.toLowerCase()] ?? 0);
  const value = Number(`${sign}${inner}${plain}e${power}`);
  return Number.isFinite(value) ? value : undefined;
}

/** Digits with a point; undefined where the groups are not of three. */
function withoutGroups(digits: string, decimal: Decimal): string | undefined {
  const [whole = "", fraction = "", ...more] = digits.split(decimal);
  if (more.length > 0 || /\D/.test(fraction)) return undefined;
  const separator = decimal === "." ? "," : ".";
  const groups = whole.replaceAll(SPACES, separator).split(separator);
  const [first = "", ...rest] = groups;
  const grouped = rest.every((group) => group.length === 3) && (rest.length === 0 || first.length <= 3);
  if (!grouped || groups.some((group) => /\D/.test(group))) return undefined;
  return `${groups.join("") || "0"}.${fraction || "0"}`;
}

/**
 * Which mark is the decimal one, by cells that can be read in one way only. `1,234` alone is a group where commas part the
 * cells, and otherwise refused; `1.234` alone is a decimal point.
 */
export function decimalOf(cells: Iterable<string>, delimiter: Delimiter): Decimal {
  let [point, comma, unsure] = [false, false, false];
  for (const cell of cells) {
    const evidence = evidenceOf(cell);
    point ||= evidence === ".";
    comma ||= evidence === ",";
    unsure ||= evidence === "?";
  }
  if (point && comma)
    throw new CsvRefusal("numbers_mixed", "some numbers have a decimal point and some a decimal comma");
  if (comma) return ",";
  if (unsure && !point && delimiter !== ",")
    throw new CsvRefusal(
      "decimal_ambiguous",
      'numbers as 1,234 can be read in two ways: give "decimal" as "." or ","',
    );
  return ".";
}

function evidenceOf(cell: string): Decimal | "?" | undefined {
  const digits = WRITTEN.exec(cell)?.[3];
  if (digits === undefined) return undefined;
  const [points, commas] = [digits.split(".").length - 1, digits.split(",").length - 1];
  if (points > 0 && commas > 0) return digits.lastIndexOf(".") > digits.lastIndexOf(",") ? "." : ",";
  if (points > 1) return ",";
  if (commas > 1) return ".";
  if (points + commas === 0) return undefined;
  const [whole = "", fraction = ""] = digits.split(points > 0 ? "." : ",");
  const maybeGroup = fraction.length === 3 && whole.length <= 3 && !/^0?$/.test(whole);
  if (!maybeGroup) return points > 0 ? "." : ",";
  return commas > 0 ? "?" : undefined;
}
