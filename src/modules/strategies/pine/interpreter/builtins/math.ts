import { type Builtin, ofNumbers, pure, series } from "../signature.ts";
import { isNa, NA, toNumber } from "../values.ts";

const one = (apply: (value: number) => number, result = "float"): Builtin =>
  pure(
    "float number",
    result,
    ofNumbers(
      () =>
        (value = NA) =>
          apply(value),
    ),
  );
const many = (apply: (...values: readonly number[]) => number): Builtin =>
  pure(
    "float number0, float number1, float number2?...",
    "widest",
    ofNumbers(
      () =>
        (...values) =>
          apply(...values),
    ),
  );

const shift = (digits: number) => 10 ** digits;

/** Numbers from numbers, and what stands in for na. */
export const MATH: Readonly<Record<string, readonly Builtin[]>> = {
  "math.abs": [
    pure(
      "float number",
      "first",
      ofNumbers(
        () =>
          (value = NA) =>
            Math.abs(value),
      ),
    ),
  ],
  "math.max": [many(Math.max)],
  "math.min": [many(Math.min)],
  "math.avg": [
    pure(
      "float number0, float number1, float number2?...",
      "float",
      ofNumbers(
        () =>
          (...values) =>
            values.reduce((sum, value) => sum + value, 0) / values.length,
      ),
    ),
  ],
  "math.floor": [one(Math.floor, "int")],
  "math.ceil": [one(Math.ceil, "int")],
  "math.round": [
    one(Math.round, "int"),
    pure(
      "float number, int precision",
      "float",
      ofNumbers(
        () =>
          (value = NA, precision = NA) =>
            Math.round(value * shift(precision)) / shift(precision),
      ),
    ),
  ],
  "math.round_to_mintick": [
    pure(
      "float number",
      "float",
      ofNumbers(
        ({ market }) =>
          (value = NA) =>
            Math.round(value / market.tickSize) * market.tickSize,
      ),
    ),
  ],
  "math.sign": [one(Math.sign)],
  "math.sqrt": [one((value) => (value < 0 ? NA : Math.sqrt(value)))],
  "math.exp": [one(Math.exp)],
  "math.log": [one((value) => (value > 0 ? Math.log(value) : NA))],
  "math.log10": [one((value) => (value > 0 ? Math.log10(value) : NA))],
  "math.pow": [
    pure(
      "float base, float exponent",
      "float",
      ofNumbers(
        () =>
          (base = NA, exponent = NA) =>
            base ** exponent,
      ),
    ),
  ],
  na: [pure("any x", "bool", () => (value) => isNa(value))],
  nz: [
    pure(
      "float source, float replacement?",
      "first",
      ofNumbers(() => (value = NA, replacement = NA) => {
        if (!Number.isNaN(value)) return value;
        return Number.isNaN(replacement) ? 0 : replacement;
      }),
    ),
  ],
  fixnan: [
    series(
      "float source",
      "first",
      ofNumbers(() => {
        let last = NA;
        return (value = NA) => {
          if (!Number.isNaN(value)) last = value;
          return last;
        };
      }),
    ),
  ],
  int: [one(Math.trunc, "int")],
  float: [one((value) => value)],
  "color.new": [pure("color color, float transp", "color", () => (color) => color ?? NA)],
  "color.rgb": [
    pure("float red, float green, float blue, float transp?", "color", () => (red, green, blue) => {
      const hex = [red, green, blue].map((part) => Math.round(toNumber(part)).toString(16).padStart(2, "0"));
      return `#${hex.join("")}`;
    }),
  ],
  "str.tostring": [pure("any value, any format?", "string", () => (value) => String(value))],
};
