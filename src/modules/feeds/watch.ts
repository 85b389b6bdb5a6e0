import type { AppContext } from "../../http/app-env.ts";
import { openObject } from "../../platform/durable-objects.ts";
import { requirePermission } from "../access/context.ts";
import { type IdentifySocket, openSocket } from "../live/open-socket.ts";
import type { MonitoringFeed } from "./monitoring-feed.ts";
import type { UserFeed } from "./user-feed.ts";

/** The caller's own notifications on their active desk: the feed's name comes from who they are, not from them. */
export const watchNotifications = (c: AppContext, identify: IdentifySocket): Promise<Response> =>
  openSocket(c, identify, async (ctx, request) => {
    requirePermission(ctx, "notifications:read");
    const name = `${ctx.desk}/${ctx.actor}`;
    return await openObject<Pick<UserFeed, "fetch">>(ctx.env.USER_FEED, name, ctx.cost).fetch(request);
  });

/** The platform's figures, for super admins. */
export const watchPlatform = (c: AppContext, identify: IdentifySocket): Promise<Response> =>
  openSocket(c, identify, async (ctx, request) => {
    requirePermission(ctx, "system:read");
    const feed = openObject<Pick<MonitoringFeed, "fetch">>(ctx.env.MONITORING_FEED, "platform", ctx.cost);
    return await feed.fetch(request);
  });
