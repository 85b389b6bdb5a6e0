import { readUpload } from "../../http/multipart.ts";
import { invalidFields } from "../../http/problem.ts";
import { json, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { dropObject, orDrop } from "../../platform/stored-objects.ts";
import { contextOf } from "../access/context.ts";
import { fileFields, fileForm, fileSchema } from "./schemas.ts";
import { createFile, fingerprintOf, storeFile } from "./upload.ts";
import { fileView } from "./views.ts";

export const uploadRoutes = newRouter();

/** Declared and served apart: a declared form would be parsed into memory before the handler saw it. */
uploadRoutes.openAPIRegistry.registerPath({
  method: "post",
  path: "/v1/files",
  operationId: "uploadFile",
  summary: "Upload a file of items",
  description:
    "Takes a CSV of up to 10 MB for a batch to read, and keeps it for 24 hours. That it is text is found from its bytes.",
  tags: ["Files"],
  ...needs("files:write"),
  request: { body: { required: true, content: { "multipart/form-data": { schema: fileForm } } } },
  responses: {
    201: json(fileSchema, "The file; `Location` names it"),
    ...privateProblems(400, 409, 413, 415, 422),
  },
});

uploadRoutes.post("/v1/files", async (c) => {
  const ctx = contextOf(c);
  const { fields, file: stored } = await readUpload(c, {
    store: (part) => storeFile(ctx, part),
    discard: (refused) => dropObject(ctx, refused),
  });
  await orDrop(ctx, stored, async () => {
    const checked = fileFields.safeParse(fields);
    if (!checked.success) throw invalidFields(checked.error.issues);
    await c.var.claimAnswer(await fingerprintOf(stored));
  });
  const file = await createFile(ctx, stored);
  return c.json(fileView(file), 201, { location: `/v1/files/${file.id}` });
});
