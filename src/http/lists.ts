import { z } from "@hono/zod-openapi";
import { base64url, textOfBase64url } from "../platform/crypto.ts";
import { invalidInput } from "./problem.ts";

/** Room for the longest title in a cursor, every character of it escaped. */
const MAX_CURSOR_LENGTH = 3_000;

export const listQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(20).openapi({ example: 20 }),
  cursor: z
    .string()
    .max(MAX_CURSOR_LENGTH)
    .optional()
    .openapi({ description: "`next_cursor` of the page before" }),
};

export function listSchema<T extends z.ZodType>(item: T) {
  return z.object({
    data: z.array(item),
    has_more: z.boolean().openapi({ example: false }),
    next_cursor: z.string().nullable(),
  });
}

export interface Page<T> {
  data: T[];
  has_more: boolean;
  next_cursor: string | null;
}

/** Where a page ended: the sort it belongs to and the values of the last row, the id last. */
export type Position = [string | number, string];

export function encodeCursor(sort: string, position: Position): string {
  return base64url(new TextEncoder().encode(JSON.stringify([sort, ...position])));
}

const cursorShape = z.tuple([z.string(), z.union([z.string(), z.number()]), z.string()]);

/** The position in a cursor that this list gave for the same sort; anything else is a 422. */
export function decodeCursor(sort: string, cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined;
  const parsed = cursorShape.safeParse(parseJson(textOfBase64url(cursor)));
  if (parsed.success && parsed.data[0] === sort) return [parsed.data[1], parsed.data[2]];
  throw badCursor();
}

const badCursor = () =>
  invalidInput([
    {
      path: "cursor",
      code: "lists.bad_cursor",
      message: "is not a `next_cursor` that this list gave for this sort",
    },
  ]);

/** The row that a page begins with, in a list whose rows are numbered from 0. */
export function decodeRow(sort: string, cursor: string | undefined): number | undefined {
  const row = decodeCursor(sort, cursor)?.[0];
  if (row === undefined) return undefined;
  if (typeof row === "number" && Number.isSafeInteger(row) && row >= 0) return row;
  throw badCursor();
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Makes a page of `limit` from rows that were asked for with one more, which tells whether there is a next page. */
export function pageOf<T>(rows: T[], limit: number, sort: string, positionOf: (row: T) => Position): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const next = rows.length > limit && last !== undefined ? encodeCursor(sort, positionOf(last)) : null;
  return { data, has_more: next !== null, next_cursor: next };
}

/** The `Link` header of RFC 8288 for the next page, or none on the last. */
export function nextLink(url: string, page: Page<unknown>): Record<string, string> {
  if (page.next_cursor === null) return {};
  const next = new URL(url);
  next.searchParams.set("cursor", page.next_cursor);
  return { link: `<${next.pathname}${next.search}>; rel="next"` };
}
