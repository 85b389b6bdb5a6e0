import type { Context } from "hono";
import type { Env } from "../env.ts";
import type { DeskId, KeyId, SessionId, UserId } from "../platform/ids.ts";
import type { Platform } from "../platform/platform.ts";
import type { LimitState } from "./limit-headers.ts";

/** What a valid credential proved: a person's session, or a program's key. */
export type Credential =
  | {
      kind: "session";
      id: SessionId;
      /** A browser's cookie, which needs an Origin and a CSRF token where something changes. */
      cookie: boolean;
      /** The super admin who borrows the user's view; then nothing may change. */
      impersonator: UserId | null;
      /** When the person last proved who they are, in ms. */
      proved_at: number;
    }
  | { kind: "key"; id: KeyId; scopes: string[]; rate_multiplier: number };

/** What the directory says of the caller, so that showing it costs no look-up. */
export interface Profile {
  email: string;
  username: string;
  full_name: string | null;
  created_at: number;
  version: number;
  desk_name: string;
  desk_created_at: number;
  desk_version: number;
}

/** How long what is known of a caller holds, for whoever keeps a stream open on it. */
export interface Standing {
  /** When the credential ends, in ms; never is `Infinity`. */
  ends_at: number;
  /** The position of the feed of standings up to which this was checked: what changes later stands behind it. */
  seq: number;
}

/** Who a valid credential speaks for. What the role allows is the business of `modules/access`. */
export interface Caller {
  user: UserId;
  desk: DeskId;
  role: string;
  plan: string;
  platform_role: string | null;
  email_verified: boolean;
  credential: Credential;
  standing: Standing;
  profile: Profile;
}

export interface AppEnv {
  Bindings: Env;
  Variables: {
    platform: Platform;
    requestId: string;
    address: string;
    caller: Caller | undefined;
    /** The limits that the call has counted under so far. */
    limits: LimitState[];
    /** Binds the answer to the request's `Idempotency-Key`; routes that read their own body call it once. */
    claimAnswer: (fingerprint: string) => Promise<void>;
    /** The body that is kept for a replay, where the answer's own shows a secret this once. */
    bodyToKeep: string | undefined;
  };
}

export type AppContext = Context<AppEnv>;
