import { readUpload } from "../../http/multipart.ts";
import { invalidFields } from "../../http/problem.ts";
import { json, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { dropObject, orDrop } from "../../platform/stored-objects.ts";
import { contextOf } from "../access/context.ts";
import { documentWithJob, type UploadFields, uploadFields, uploadForm } from "./schemas.ts";
import { createDocument, fingerprintOf, storeUpload } from "./upload.ts";
import { documentWithJobView, etagOf } from "./views.ts";

export const uploadRoutes = newRouter();

/** Declared and served apart: a declared form would be parsed into memory before the handler saw it. */
uploadRoutes.openAPIRegistry.registerPath({
  method: "post",
  path: "/v1/documents",
  operationId: "uploadDocument",
  summary: "Upload a document",
  description:
    "Streams a file of up to 100 MB into the library and starts to read it. What it is, is found from its bytes. The same bytes again give the document that is there.",
  tags: ["Library"],
  ...needs("documents:write"),
  request: { body: { required: true, content: { "multipart/form-data": { schema: uploadForm } } } },
  responses: {
    202: json(documentWithJob, "The document and the job that reads it; `Location` names the job"),
    200: json(documentWithJob, "The desk has these bytes already"),
    ...privateProblems(400, 409, 413, 415, 422),
  },
});

uploadRoutes.post("/v1/documents", async (c) => {
  const ctx = contextOf(c);
  const { fields: sent, file } = await readUpload(c, {
    store: (part) => storeUpload(ctx, part),
    discard: (stored) => dropObject(ctx, stored),
  });
  const fields = await orDrop(ctx, file, async () => {
    const checked = checkedFields(sent);
    await c.var.claimAnswer(await fingerprintOf(file, checked));
    return checked;
  });
  const { created, document, job } = await createDocument(ctx, file, fields);
  const headers = { location: `/v1/jobs/${document.job_id}`, etag: etagOf(document) };
  return c.json(documentWithJobView(document, job), created ? 202 : 200, headers);
});

function checkedFields(sent: Record<string, string>): UploadFields {
  const parsed = uploadFields.safeParse(sent);
  if (parsed.success) return parsed.data;
  throw invalidFields(parsed.error.issues);
}
