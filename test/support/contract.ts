import { type Schema, Validator } from "@cfworker/json-schema";
import {
  apiDocument,
  type DeclaredAnswer,
  type JsonSchema,
  type MediaType,
  operationOf,
} from "./operations.ts";

/**
 * Holds an answer against what its operation declares: status, content type and body. Bodies may have nothing that
 * their schema doesn't name. Throws with what differs; answers of undeclared paths may only be problems.
 */
export async function checkAnswer(method: string, path: string, answer: Response): Promise<void> {
  const operation = operationOf(method, path);
  const at = `${method} ${path} answered ${answer.status}`;
  const declared = operation?.responses[answer.status];
  if (operation === undefined && answer.status < 400) return; // assets, the document itself, preflights
  if (operation !== undefined && declared === undefined) {
    throw new Error(`${at}, which ${operation.name} does not declare: ${await answer.clone().text()}`);
  }
  const content = declared?.content ?? (operation === undefined ? PROBLEM_ONLY : {});
  if (answer.webSocket) return;
  if (!answer.headers.has("request-id")) throw new Error(`${at} without a Request-Id`);
  if (method === "HEAD") return;
  await checkBody(at, content, answer);
}

const PROBLEM_ONLY: NonNullable<DeclaredAnswer["content"]> = {
  "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
};

async function checkBody(at: string, content: Record<string, MediaType>, answer: Response): Promise<void> {
  const type = answer.headers.get("content-type")?.split(";", 1)[0]?.trim();
  if (Object.keys(content).length === 0) {
    const body = answer.body === null ? "" : await answer.clone().text();
    if (body !== "") throw new Error(`${at} with a body, where none is declared: ${body}`);
    return;
  }
  const media = content[type ?? ""];
  if (media === undefined) throw new Error(`${at} as ${type}, declared is ${Object.keys(content)}`);
  if (!/[/+]json$/.test(type ?? "")) return;
  const wrong = mismatches(media.schema ?? {}, JSON.parse(await answer.clone().text()));
  if (wrong.length > 0) throw new Error(`${at} with a body that its schema refuses:\n${wrong.join("\n")}`);
}

const validators = new WeakMap<JsonSchema, Validator>();

/** What a schema of the document has against a value, in words; empty where nothing. */
export function mismatches(schema: JsonSchema, value: unknown): string[] {
  const known = validators.get(schema) ?? validatorOf(schema);
  validators.set(schema, known);
  const { errors, valid } = known.validate(value);
  return valid ? [] : errors.map(({ error, instanceLocation }) => `${instanceLocation}: ${error}`);
}

function validatorOf(schema: JsonSchema): Validator {
  const schemas = Object.entries(apiDocument.components.schemas);
  const root = {
    ...closed(schema),
    $defs: Object.fromEntries(
      schemas.flatMap(([name, named]) => [
        [name, closed(named)],
        [`open/${name}`, closed(named, true)],
      ]),
    ),
  };
  return new Validator(structuredClone(root) as Schema, "2020-12", false);
}

/**
 * The schema with every object closed to unnamed fields. The parts of an `allOf` stay open, since each sees the
 * others' fields; the whole is closed around them.
 */
function closed(schema: unknown, open = false): JsonSchema {
  if (typeof schema !== "object" || schema === null) return {};
  const made = Object.fromEntries(
    Object.entries(schema).map(([keyword, part]) => [keyword, closedPart(keyword, part, open)]),
  );
  const isShut = !("properties" in made || "allOf" in made) || "additionalProperties" in made || open;
  return isShut ? made : { ...made, unevaluatedProperties: false };
}

function closedPart(keyword: string, part: unknown, open: boolean): unknown {
  if (keyword === "$ref") {
    const name = String(part).replace("#/components/schemas/", "");
    return `#/$defs/${open ? `open~1${name}` : name}`;
  }
  if (keyword === "properties") {
    return Object.fromEntries(Object.entries(part ?? {}).map(([name, one]) => [name, closed(one)]));
  }
  if (keyword === "allOf" && Array.isArray(part)) return part.map((one) => closed(one, true));
  if (/^(anyOf|oneOf)$/.test(keyword) && Array.isArray(part)) return part.map((one) => closed(one, open));
  if (/^(items|additionalProperties)$/.test(keyword) && typeof part === "object") return closed(part);
  return part;
}
