import { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "./app-env.ts";
import { invalidFields } from "./problem.ts";

/** A router for the routes of one module; what fails its schema is a 422 that names each field. */
export function newRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      throw invalidFields(result.error.issues);
    },
  });
}
