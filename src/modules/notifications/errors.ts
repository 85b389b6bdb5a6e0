import { Problem } from "../../http/problem.ts";

export const notificationNotFound = () =>
  new Problem(404, "notifications.not_found", "You have no such notification on this desk.");
