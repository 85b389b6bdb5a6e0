/** As much of JSON Schema as the document's own schemas use. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  example?: unknown;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  minimum?: number;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
}
export type Schemas = Record<string, JsonSchema>;

const BY_FORMAT: Record<string, string> = {
  "date-time": "2026-11-22T09:30:00.000Z",
  email: "ada@desk.example",
  uri: "https://desk.example/",
};

/** A value of the schema, put together from the examples of its parts. A pattern needs an example of its own. */
export function exampleOf(schema: JsonSchema, schemas: Schemas): unknown {
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.$ref !== undefined) {
    const named = schemas[schema.$ref.replace("#/components/schemas/", "")];
    return named === undefined ? null : exampleOf(named, schemas);
  }
  if (schema.allOf !== undefined)
    return Object.assign({}, ...schema.allOf.map((part) => exampleOf(part, schemas)));
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  return choice === undefined ? exampleOfType(schema, schemas) : exampleOf(choice, schemas);
}

function exampleOfType(schema: JsonSchema, schemas: Schemas): unknown {
  switch (typeof schema.type === "string" ? schema.type : "null") {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, part]) => [name, exampleOf(part, schemas)]),
      );
    case "array":
      return schema.items === undefined ? [] : [exampleOf(schema.items, schemas)];
    case "string":
      return BY_FORMAT[schema.format ?? ""] ?? "text";
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    case "boolean":
      return true;
    default:
      return null;
  }
}
