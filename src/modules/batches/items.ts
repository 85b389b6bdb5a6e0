import type { z } from "zod";
import type { FieldError } from "../../http/problem.ts";
import type { BatchTerms } from "../jobs/define.ts";
import type { JsonObject, JsonValue } from "../jobs/job.ts";
import { badItems } from "./errors.ts";
import { MAX_ITEM_BYTES } from "./policy.ts";
import type { NewItem } from "./store.ts";

const MAX_ERRORS = 100;

/** The items as their type's schema gives them; 422 tells what is wrong with which, by paths like `items[3].query`. */
export function checkedItems({ item: schema }: BatchTerms, items: unknown[]): NewItem[] {
  const errors: FieldError[] = [];
  const checked = items.map((item, index): NewItem => {
    const parsed = schema.safeParse(item);
    for (const issue of parsed.error?.issues ?? []) errors.push(fieldError(index, issue));
    const input = asJson(parsed.data ?? {});
    const size_bytes = bytesOf(input);
    if (size_bytes > MAX_ITEM_BYTES) {
      errors.push({ path: `items[${index}]`, code: "batches.large_item", message: tooLarge });
    }
    return { input, error: null };
  });
  if (errors.length > 0) throw badItems(errors.slice(0, MAX_ERRORS));
  return checked;
}

const tooLarge = `is larger than the ${MAX_ITEM_BYTES} bytes that an item may have`;

function fieldError(index: number, { code, message, path }: z.core.$ZodIssue): FieldError {
  const field = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return { path: `items[${index}]${field}`, code: code ?? "invalid", message };
}

/** What a schema gave, as it goes into a row: without what is undefined. */
const asJson = (value: object): JsonObject => JSON.parse(JSON.stringify(value));
const bytesOf = (value: JsonValue): number => new TextEncoder().encode(JSON.stringify(value)).byteLength;

/** The columns that a file of items may have and those that it must; a header without an item's field is no item's. */
export function headerProblem({ item: schema }: BatchTerms, header: string[]): string | undefined {
  const known = Object.keys(schema.shape);
  const needed = known.filter((name) => !schema.shape[name]?.safeParse(undefined).success);
  const unknown = header.filter((name) => !known.includes(name));
  const missing = needed.filter((name) => !header.includes(name));
  const twice = header.filter((name, at) => header.indexOf(name) !== at);
  if (unknown.length > 0)
    return `has unknown columns (${listed(unknown)}); those of the type are ${listed(known)}`;
  if (missing.length > 0) return `lacks the columns ${listed(missing)} in its first row`;
  if (twice.length > 0) return `names a column twice (${listed(twice)})`;
  return undefined;
}

const listed = (names: string[]): string =>
  names
    .map((name) => `\`${name.slice(0, 50)}\``)
    .slice(0, 20)
    .join(", ");

/** A row as an item, or with what is wrong with it: cells are text, and empty ones are left out. */
export function itemOfRow(
  { item: schema }: BatchTerms,
  header: string[],
  cells: string[],
  row: number,
): NewItem {
  const given = Object.fromEntries(
    header.map((name, at): [string, string] => [name, cells[at] ?? ""]).filter(([, text]) => text !== ""),
  );
  const bad = (message: string): NewItem => {
    const input = bytesOf(given) > MAX_ITEM_BYTES ? {} : given;
    return { input, error: { code: "batches.bad_row", message: `Row ${row}: ${message}` } };
  };
  if (cells.length > header.length) return bad(`has ${cells.length} cells, the header ${header.length}.`);
  const parsed = parsedRow(schema, given);
  if (!parsed.success) return bad(parsed.error.issues.slice(0, 5).map(inWords).join("; "));
  const input = asJson(parsed.data);
  return bytesOf(input) > MAX_ITEM_BYTES ? bad(`It ${tooLarge}.`) : { input, error: null };
}

/** Cells that the schema refuses as text are tried as JSON: numbers, booleans, lists and objects. */
function parsedRow(schema: BatchTerms["item"], given: Record<string, string>) {
  const asText = schema.safeParse(given);
  if (asText.success) return asText;
  const refused = new Set(asText.error.issues.map(({ path }) => path[0]));
  const retyped = Object.entries(given).map(([name, text]) => [
    name,
    refused.has(name) ? jsonOr(text) : text,
  ]);
  return schema.safeParse(Object.fromEntries(retyped));
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const inWords = ({ message, path }: z.core.$ZodIssue): string => `\`${path.join(".")}\`: ${message}`;
