import type { Context } from "hono";
import type { Env } from "../env.ts";
import type { DeskId, SessionId, UserId } from "../platform/ids.ts";
import type { Platform } from "../platform/platform.ts";

/** Who a valid credential speaks for. What the role allows is the business of `modules/access`. */
export interface Caller {
  user: UserId;
  session: SessionId;
  desk: DeskId;
  role: string;
  email_verified: boolean;
}

export interface AppEnv {
  Bindings: Env;
  Variables: {
    platform: Platform;
    requestId: string;
    address: string;
    caller: Caller | undefined;
    /** Binds the answer to the request's `Idempotency-Key`; routes that read their own body call it once. */
    claimAnswer: (fingerprint: string) => Promise<void>;
  };
}

export type AppContext = Context<AppEnv>;
