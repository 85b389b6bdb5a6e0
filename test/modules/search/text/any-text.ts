import fc from "fast-check";

/** Any string there can be, halves of surrogate pairs and control characters too. */
export const anyText = fc.oneof(
  fc
    .array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 40 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.integer({ min: 0, max: 0x10_ff_ff }), { maxLength: 20 })
    .map((points) => String.fromCodePoint(...points)),
  fc.string(),
);
