import { createRoute, z } from "@hono/zod-openapi";
import { jsonWebKeySet, keySetView } from "../../http/json-web-keys.ts";
import { listSchema, nextLink } from "../../http/lists.ts";
import { json, needs, privateProblems, problems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { contextOf } from "../access/context.ts";
import { exportAudit } from "./export.ts";
import { getAudit } from "./read.ts";
import {
  auditQuery,
  auditRowSchema,
  auditRowView,
  verificationSchema,
  verificationView,
  verifyQuery,
} from "./schemas.ts";
import { verifyAudit } from "./verify.ts";

const AUDIT = ["Audit"];
// A plain string: by its literal type the router takes lines of JSON for one JSON body.
const NDJSON: string = "application/x-ndjson";
const timeOf = (iso: string | undefined) => (iso === undefined ? undefined : Date.parse(iso));

export const auditRoutes = newRouter();

auditRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/audit",
    operationId: "listAudit",
    summary: "List the audit log",
    description:
      "Who did what on this desk, the newest first. One filter at a time reads no more than its page.",
    tags: AUDIT,
    ...needs("audit:read"),
    request: { query: auditQuery },
    responses: {
      200: json(listSchema(auditRowSchema).openapi("AuditList"), "A page of rows"),
      ...privateProblems(422),
    },
  }),
  async (c) => {
    const { from, to, ...query } = c.req.valid("query");
    const page = await getAudit(contextOf(c), { ...query, from: timeOf(from), to: timeOf(to) });
    return c.json({ ...page, data: page.data.map(auditRowView) }, 200, nextLink(c.req.url, page));
  },
);

auditRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/audit/verify",
    operationId: "verifyAudit",
    summary: "Verify the audit log",
    description:
      "Seals what waits and walks the desk's chain, up to 10,000 rows a call: rows that were changed, removed, added or moved are findings, and so is a head that fits no longer.",
    tags: AUDIT,
    ...needs("audit:read"),
    request: { query: verifyQuery },
    responses: { 200: json(verificationSchema, "What was found"), ...privateProblems(422) },
  }),
  async (c) => c.json(verificationView(await verifyAudit(contextOf(c), c.req.valid("query"))), 200),
);

auditRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/audit/export",
    operationId: "exportAudit",
    summary: "Export the audit log",
    description:
      "The whole chain as NDJSON: a header, every row in its order, and a signed closing line. `npm run audit:verify` checks it offline.",
    tags: AUDIT,
    ...needs("audit:read"),
    responses: {
      200: { description: "The export", content: { [NDJSON]: { schema: z.string() } } },
      ...privateProblems(),
    },
  }),
  async (c) => {
    const ctx = contextOf(c);
    const disposition = `attachment; filename="audit-${ctx.desk}.ndjson"`;
    const headers = { "content-type": NDJSON, "content-disposition": disposition };
    return new Response(await exportAudit(ctx), { headers });
  },
);

auditRoutes.openapi(
  createRoute({
    method: "get",
    path: "/.well-known/audit-keys.json",
    operationId: "getAuditKeys",
    summary: "Public keys of the audit log",
    description: "The keys by which anyone can check a signed head, past ones included (RFC 7517).",
    tags: AUDIT,
    security: [],
    responses: { 200: json(jsonWebKeySet, "The keys"), ...problems() },
  }),
  (c) => {
    c.header("Cache-Control", "public, max-age=300");
    return c.json(keySetView(c.var.platform.settings.AUDIT_KEYS), 200);
  },
);
