import { Problem } from "../../http/problem.ts";

export const upgradeRequired = () =>
  new Problem(426, "request.upgrade_required", "Open this address as a WebSocket.", {
    headers: { upgrade: "websocket" },
  });

export const foreignOrigin = () =>
  new Problem(403, "access.foreign_origin", "This origin may not open sockets here.");

export const tooManyWatchers = () =>
  new Problem(429, "live.too_many_watchers", "Too many watch this already; poll it, or come back later.", {
    headers: { "retry-after": "60" },
  });
