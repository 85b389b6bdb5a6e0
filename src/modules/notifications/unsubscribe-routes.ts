import type { AppContext } from "../../http/app-env.ts";
import { countCall } from "../../http/limits.ts";
import { newRouter } from "../../http/router.ts";
import { openSubscription, unsubscribe } from "./unsubscribe.ts";
import { askPage, donePage } from "./unsubscribe-page.ts";

/**
 * Pages that mails link to, and no part of the contract. A GET only asks, since mail programs follow links by
 * themselves; the POST is RFC 8058's, takes any body or none, and reads none.
 */
export const unsubscribeRoutes = newRouter();

const visitOf = (c: AppContext, token: string) => ({
  token,
  path: c.req.path,
  request_id: c.var.requestId,
  address: c.var.address,
});

const HEADERS = { "cache-control": "no-store", "x-robots-tag": "noindex" };

unsubscribeRoutes.get("/unsubscribe/:token", async (c) => {
  await countCall(c);
  const { topic } = await openSubscription(c.var.platform, visitOf(c, c.req.param("token")));
  return c.html(askPage(topic), 200, HEADERS);
});

unsubscribeRoutes.post("/unsubscribe/:token", async (c) => {
  await countCall(c);
  const { topic } = await unsubscribe(c.var.platform, visitOf(c, c.req.param("token")));
  return c.html(donePage(topic), 200, HEADERS);
});
