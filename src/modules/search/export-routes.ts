import { createRoute } from "@hono/zod-openapi";
import { needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { tableAnswer, tableContent } from "../../http/table-export.ts";
import { contextOf } from "../access/context.ts";
import { exportSearch } from "./export.ts";
import { exportedPassage, searchExportQuery } from "./export-schemas.ts";

export const searchExportRoutes = newRouter();

searchExportRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/search/export",
    operationId: "exportSearch",
    summary: "Export a search's results",
    description:
      "The best passages, up to 10,000, as CSV, JSON or XLSX, streamed. No cell of a CSV is a formula: text that begins like one gets an apostrophe.",
    tags: ["Search"],
    ...needs("search:query"),
    request: { query: searchExportQuery },
    responses: {
      200: { description: "The file", content: tableContent(exportedPassage) },
      ...privateProblems(422),
    },
  }),
  async (c) => tableAnswer(await exportSearch(contextOf(c), c.req.valid("query"))),
);
