import createClient from "openapi-fetch";
import type { components, paths } from "./dist/bourse.ts";

type Hit = components["schemas"]["SearchHit"];

/** Never run: that this type-checks shows that a program can be written against the generated client. */
export async function findIn(baseUrl: string, email: string, password: string, file: Blob): Promise<Hit[]> {
  const client = createClient<paths>({ baseUrl });
  const session = await client.POST("/v1/auth/login", { body: { email, password } });
  if (session.error) throw new Error(`${session.error.code}: ${session.error.detail}`);
  // The answer tells which it is: tokens, a challenge of a second factor, or a browser's session.
  if (!("access_token" in session.data)) throw new Error("this account logs in by a second step");
  const headers = { authorization: `Bearer ${session.data.access_token}` };

  const form = new FormData();
  form.set("file", file, "book.pdf");
  const upload = await client.POST("/v1/documents", {
    headers,
    body: { file: "book.pdf" },
    bodySerializer: () => form,
  });
  if (upload.error) throw new Error(upload.error.detail);
  const { id, job } = upload.data;

  if (job) {
    const watched = await client.GET("/v1/jobs/{id}", { headers, params: { path: { id: job.id } } });
    const fraction: number | undefined = watched.data?.progress.fraction;
    console.log(fraction);
  }

  const page = await client.GET("/v1/documents", { headers, params: { query: { limit: 5, tag: ["risk"] } } });
  for (const { title, tags } of page.data?.data ?? []) console.log(title, tags.join(", "));

  const found = await client.POST("/v1/search", {
    headers,
    body: { query: "position sizing", limit: 5, filters: { document_ids: [id] } },
  });
  return found.data?.results ?? [];
}

/** A locator is told apart by the unit that it names. */
export function placeOf({ locator }: Hit): string {
  if ("page" in locator) return `page ${locator.page}`;
  if ("chapter" in locator) return `chapter ${locator.chapter}, ${locator.heading}`;
  if ("cell" in locator) return `cell ${locator.cell}`;
  return locator.heading;
}
