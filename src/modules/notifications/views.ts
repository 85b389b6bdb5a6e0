import type { z } from "@hono/zod-openapi";
import { isoTime } from "../../platform/clock.ts";
import type { Chosen } from "./preference-store.ts";
import type { notificationSchema, preferencesSchema } from "./schemas.ts";
import type { Notification } from "./store.ts";

export function notificationView(row: Notification): z.infer<typeof notificationSchema> {
  const { body, created_at, event_id, id, kind, link, read_at, title, type } = row;
  return {
    ...{ id, event_id, kind, type, title, body, link },
    created_at: isoTime(created_at),
    read_at: isoTime(read_at),
  };
}

export const preferencesView = ({ digest_hour, kinds }: Chosen): z.infer<typeof preferencesSchema> => ({
  kinds,
  digest_hour,
});
