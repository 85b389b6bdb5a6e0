import { z } from "zod";
import { DATE_ORDERS } from "./dates.ts";
import { type CsvMapping, ROLES } from "./mapping.ts";
import { DECIMALS } from "./numbers.ts";
import { DELIMITERS } from "./rows.ts";

/** Of a file. While they are read they take 64 bytes each, half of that as bars. */
export const MAX_BARS = 500_000;
const MAX_NAME = 64;

const column = z.union([z.string().min(1).max(MAX_NAME), z.int().min(1).max(1000)]);

/** How a CSV is to be read; what isn't given is guessed from the file. */
export const csvOptionsSchema = z.strictObject({
  mapping: z
    .strictObject(Object.fromEntries(ROLES.map((role) => [role, column.optional()])))
    .transform((mapping): CsvMapping => mapping)
    .optional(),
  delimiter: z.enum(DELIMITERS).optional(),
  decimal: z.enum(DECIMALS).optional(),
  date_order: z.enum(DATE_ORDERS).optional(),
  /** IANA name of the zone of times without one; UTC by default. */
  time_zone: z.string().min(1).max(MAX_NAME).optional(),
  /** `adjusted` moves all four prices by the adjusted close over the close; `raw`, the default, leaves them. */
  prices: z.enum(["raw", "adjusted"]).optional(),
});

export type CsvOptions = z.input<typeof csvOptionsSchema>;
