import { describe, expect, it } from "vitest";
import { checkAnswer, mismatches } from "../support/contract.ts";
import { operations } from "../support/operations.ts";

const bodies = operations.flatMap((operation) => [
  ...Object.entries(operation.requestBody?.content ?? {}).map(([type, media]) => ({
    name: `${operation.name} takes`,
    type,
    media,
  })),
  ...Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
    Object.entries(content).map(([type, media]) => ({
      name: `${operation.name} answers ${status}`,
      type,
      media,
    })),
  ),
]);
const jsonBodies = bodies.filter(({ type }) => /[/+]json$/.test(type));

describe("the examples of the contract", () => {
  it.each(jsonBodies)("$name: shows an example that fits its schema ($type)", ({ media }) => {
    expect(media.example).toBeDefined();
    expect(mismatches(media.schema ?? {}, media.example)).toEqual([]);
  });
});

describe("the check that every answer of the test run passes", () => {
  const problem = (fields: object) =>
    new Response(JSON.stringify(fields), {
      status: 404,
      headers: { "content-type": "application/problem+json", "request-id": "req_1" },
    });
  const about = {
    type: "about:blank",
    title: "Not Found",
    status: 404,
    detail: "There is no such job on this desk.",
    instance: "/v1/jobs/x",
    code: "jobs.not_found",
    request_id: "req_1",
  };

  it("accepts what is declared", async () => {
    await checkAnswer("GET", "/v1/jobs/x", problem(about));
  });

  it.each<[string, RegExp, Response]>([
    ["an undeclared status", /does not declare/, new Response("{}", { status: 418 })],
    [
      "another content type",
      /declared is/,
      new Response("<p>", { status: 404, headers: { "request-id": "req_1" } }),
    ],
    ["no request id", /without a Request-Id/, new Response(null, { status: 404 })],
    ["a missing field", /refuses/, problem({ ...about, code: undefined })],
    ["a field of the wrong type", /refuses/, problem({ ...about, status: "404" })],
    ["a field that no schema names", /refuses/, problem({ ...about, stack: "Error: at store.ts" })],
  ])("refuses %s", async (_, reason, answer) => {
    await expect(checkAnswer("GET", "/v1/jobs/x", answer)).rejects.toThrow(reason);
  });

  it("refuses an unnamed field behind references, in lists and beside inherited fields", () => {
    const list = { $ref: "#/components/schemas/JobList" };
    const document = { $ref: "#/components/schemas/DocumentWithJob" };
    const exampleOf = (name: string) =>
      operations
        .flatMap(({ responses }) => Object.values(responses))
        .map(({ content }) => content?.["application/json"])
        .find((media) => media?.schema?.$ref === `#/components/schemas/${name}`)?.example as {
        data: object[];
        job: object;
      };
    const jobs = exampleOf("JobList");
    const shown = exampleOf("DocumentWithJob");
    expect(mismatches(list, jobs)).toEqual([]);
    expect(mismatches(list, { ...jobs, data: [{ ...jobs.data[0], desk_id: "x" }] })).not.toEqual([]);
    expect(mismatches(document, shown)).toEqual([]);
    expect(mismatches(document, { ...shown, job: null })).toEqual([]);
    expect(mismatches(document, { ...shown, write_token: "x" })).not.toEqual([]);
    expect(mismatches(document, { ...shown, job: { ...shown.job, input: {} } })).not.toEqual([]);
  });
});
