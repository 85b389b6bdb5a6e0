import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./app-env.ts";
import { tooLarge, wrongType } from "./problem.ts";

export const MAX_JSON_BYTES = 1024 * 1024;
/** The largest file that one upload takes, and what the multipart frame and its fields may add. */
export const MAX_UPLOAD_BYTES = 100 * 1024 * 1024;
const MAX_FRAME_BYTES = 1024 * 1024;

const MULTIPART_ROUTES = new Set(["POST /v1/documents"]);

const limit = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw tooLarge(maxSize);
    },
  });
const jsonLimit = limit(MAX_JSON_BYTES);
const uploadLimit = limit(MAX_UPLOAD_BYTES + MAX_FRAME_BYTES);

/** Refuses bodies of the wrong type at once and too large ones as soon as the bytes that came say so. */
export const checkedBody = createMiddleware<AppEnv>(async (c, next) => {
  const multipart = MULTIPART_ROUTES.has(`${c.req.method} ${c.req.path}`);
  const type = c.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (c.req.raw.body !== null && type !== (multipart ? "multipart/form-data" : "application/json")) {
    throw wrongType(multipart ? "multipart/form-data" : "application/json");
  }
  return await (multipart ? uploadLimit : jsonLimit)(c, next);
});
