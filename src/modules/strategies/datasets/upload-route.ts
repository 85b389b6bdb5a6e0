import { readUpload } from "../../../http/multipart.ts";
import { invalidFields } from "../../../http/problem.ts";
import { json, needs, privateProblems } from "../../../http/responses.ts";
import { newRouter } from "../../../http/router.ts";
import { sha256Hex } from "../../../platform/crypto.ts";
import { dropObject, orDrop } from "../../../platform/stored-objects.ts";
import { contextOf } from "../../access/context.ts";
import { datasetDetail, previewSchema, type UploadFields, uploadFields, uploadForm } from "./schemas.ts";
import { createFromCsv, previewCsv, storeCsv } from "./upload.ts";
import { datasetDetailView, etagOf } from "./views.ts";

export const datasetUploadRoutes = newRouter();

/** Declared and served apart: a declared form would be parsed into memory before the handler saw it. */
datasetUploadRoutes.openAPIRegistry.registerPath({
  method: "post",
  path: "/v1/datasets",
  operationId: "uploadDataset",
  summary: "Upload bars",
  description:
    "Reads a CSV of open, high, low, close and volume, of one symbol or of several, in any common form of dates and numbers. The report tells what was found in it. The same file read the same way gives the set that is there.",
  tags: ["Datasets"],
  ...needs("datasets:write"),
  request: { body: { required: true, content: { "multipart/form-data": { schema: uploadForm } } } },
  responses: {
    201: json(datasetDetail, "The data set with its report"),
    200: {
      description: "The set that is there, or with `dry_run` how the file would be taken",
      content: { "application/json": { schema: datasetDetail.or(previewSchema) } },
    },
    ...privateProblems(400, 409, 413, 415, 422),
  },
});

datasetUploadRoutes.post("/v1/datasets", async (c) => {
  const ctx = contextOf(c);
  const { fields: sent, file } = await readUpload(c, {
    store: (part) => storeCsv(ctx, part),
    discard: (stored) => dropObject(ctx, stored),
  });
  const fields = await orDrop(ctx, file, async () => {
    const checked = checkedFields(sent);
    await c.var.claimAnswer(await sha256Hex(JSON.stringify([file.sha256, file.name, checked])));
    return checked;
  });
  if (fields.dry_run === "true") return c.json(await previewCsv(ctx, file, fields), 200);
  const { created, dataset } = await createFromCsv(ctx, file, fields);
  return c.json(datasetDetailView(dataset), created ? 201 : 200, { etag: etagOf(dataset) });
});

function checkedFields(sent: Record<string, string>): UploadFields {
  const parsed = uploadFields.safeParse(sent);
  if (parsed.success) return parsed.data;
  throw invalidFields(parsed.error.issues);
}
