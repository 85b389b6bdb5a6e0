import { createRoute } from "@hono/zod-openapi";
import { privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { contextOf } from "../access/context.ts";
import { deleteMe } from "./delete-account.ts";

export const deleteRoutes = newRouter();

deleteRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/v1/me",
    operationId: "deleteMe",
    summary: "Delete my account",
    description:
      "Needs a recent proof. Desks that you were alone on are closed; 409 while you are the last admin of others.",
    tags: ["Me"],
    security: [{ bearer: [] }],
    responses: { 204: { description: "The account is gone" }, ...privateProblems(409) },
  }),
  async (c) => {
    await deleteMe(contextOf(c));
    return c.body(null, 204);
  },
);
