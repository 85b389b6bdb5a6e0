import { newRouter } from "../../http/router.ts";
import { showOutbox } from "./outbox.ts";

export const deliveryRoutes = newRouter();

/** A page for developers and no part of the contract; see `showOutbox` for who may read it. */
deliveryRoutes.get("/outbox", async (c) => {
  const visitor = { host: new URL(c.req.url).hostname, address: c.var.address };
  const page = await showOutbox(c.var.platform, visitor);
  return c.html(page, 200, { "cache-control": "no-store" });
});
