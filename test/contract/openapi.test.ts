import { describe, expect, it } from "vitest";
import { PLATFORM_PERMISSIONS, ROLE_PERMISSIONS } from "../../src/modules/access/permissions.ts";
import { call } from "../support/desk.ts";
import { apiDocument, isPublic, type Operation, operations, pathParameters } from "../support/operations.ts";

/** Signed-in routes that every role may use, because they show or end only what is the caller's own. */
const OF_THE_CALLER = new Set([
  "POST /v1/auth/logout-all",
  "POST /v1/auth/switch-desk",
  "POST /v1/auth/password/change",
  "GET /v1/me",
  "PATCH /v1/me",
  "GET /v1/me/permissions",
  "GET /v1/me/sessions",
  "DELETE /v1/me/sessions",
  "PATCH /v1/me/sessions/{id}",
  "DELETE /v1/me/sessions/{id}",
  "DELETE /v1/me",
  "POST /v1/auth/mfa/enroll",
  "POST /v1/auth/mfa/activate",
  "POST /v1/auth/mfa/disable",
  "POST /v1/auth/mfa/recovery-codes",
  "POST /v1/admin/bootstrap",
  "POST /v1/desks",
  "POST /v1/invitations/accept",
]);

const named = operations.map((operation): [string, Operation] => [operation.name, operation]);

describe("the OpenAPI document", () => {
  it("is served as the document that the tests are made from", async () => {
    const answer = await call("/openapi.json");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual(apiDocument);
  });

  it("gives every operation an id of its own", () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it.each(named)("%s: is described, tagged and says who may call it", (_, operation) => {
    expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/);
    expect(operation.summary).toMatch(/^[A-Z].{2,60}[^.]$/);
    expect(operation.description).toMatch(/^[A-Z`].+\.$/s);
    expect(operation.tags).toHaveLength(1);
    expect(operation.security).toBeDefined();
    const answerable = operation.permission !== undefined || OF_THE_CALLER.has(operation.name);
    expect(isPublic(operation), "name its permission by `needs()`, or open it by `security: []`").toBe(
      !answerable,
    );
    if (operation.permission !== undefined) {
      expect([...ROLE_PERMISSIONS.admin, ...PLATFORM_PERMISSIONS]).toContain(operation.permission);
    }
  });

  it.each(named)("%s: declares the answers that its shape makes possible", (_, operation) => {
    const statuses = Object.keys(operation.responses).map(Number);
    expect(statuses.some((status) => status < 400)).toBe(true);
    expect(statuses).toEqual(expect.arrayContaining([429, 500]));
    if (!isPublic(operation)) expect(statuses).toContain(401);
    if (operation.permission !== undefined) expect(statuses).toContain(403);
    if (operation.path.includes("{")) expect(statuses).toContain(404);
    if (operation.requestBody !== undefined)
      expect(statuses).toEqual(expect.arrayContaining([413, 415, 422]));
    if (operation.parameters.some((one) => one.in === "query")) expect(statuses).toContain(422);
    const inPath = operation.parameters.filter((one) => one.in === "path").map(({ name }) => name);
    expect(inPath).toEqual(pathParameters(operation.path));
  });

  it.each(named)("%s: takes no field that its schema doesn't name", (_, operation) => {
    const schema = operation.requestBody?.content["application/json"]?.schema;
    if (schema === undefined) return;
    const name = String(schema.$ref).replace("#/components/schemas/", "");
    expect(apiDocument.components.schemas[name], "give the body schema a name").toMatchObject({
      additionalProperties: false,
    });
  });
});
