import { integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { DeskId, InvitationId, KeyId, ProofId, SessionId, UserId } from "../../platform/ids.ts";
import { PLANS, ROLES, SESSION_KINDS } from "./policy.ts";

export const users = sqliteTable("users", {
  id: text().primaryKey().$type<UserId>(),
  email: text().notNull().unique(),
  username: text().notNull().unique(),
  full_name: text(),
  password_hash: text().notNull(),
  email_verified_at: integer(),
  status: text({ enum: ["active", "deactivated"] })
    .notNull()
    .default("active"),
  platform_role: text({ enum: ["super_admin"] }),
  created_at: integer().notNull(),
  updated_at: integer().notNull(),
  version: integer().notNull().default(1),
});

export const desks = sqliteTable("desks", {
  id: text().primaryKey().$type<DeskId>(),
  name: text().notNull(),
  plan: text({ enum: PLANS }).notNull(),
  created_at: integer().notNull(),
  updated_at: integer().notNull(),
  version: integer().notNull().default(1),
  closed_at: integer(),
  created_by: text().$type<UserId>(),
});

export const members = sqliteTable(
  "members",
  {
    desk_id: text().notNull().$type<DeskId>(),
    user_id: text().notNull().$type<UserId>(),
    role: text({ enum: ROLES }).notNull(),
    created_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.desk_id, table.user_id] })],
);

export const invitations = sqliteTable("invitations", {
  id: text().primaryKey().$type<InvitationId>(),
  desk_id: text().notNull().$type<DeskId>(),
  email: text().notNull(),
  role: text({ enum: ROLES }).notNull(),
  status: text({ enum: ["open", "accepted", "revoked"] })
    .notNull()
    .default("open"),
  invited_by: text().notNull().$type<UserId>(),
  expires_at: integer().notNull(),
  created_at: integer().notNull(),
});

export const sessions = sqliteTable("sessions", {
  id: text().primaryKey().$type<SessionId>(),
  user_id: text().notNull().$type<UserId>(),
  desk_id: text().notNull().$type<DeskId>(),
  kind: text({ enum: SESSION_KINDS }).notNull().default("token"),
  impersonator: text().$type<UserId>(),
  refresh_salt: text().notNull(),
  refresh_generation: integer().notNull().default(0),
  rotated_at: integer().notNull(),
  name: text(),
  device: text(),
  address: text(),
  place: text(),
  created_at: integer().notNull(),
  last_seen_at: integer().notNull().default(0),
  proved_at: integer().notNull().default(0),
  expires_at: integer().notNull(),
  revoked_at: integer(),
  revoked_because: text(),
});

export const apiKeys = sqliteTable("api_keys", {
  id: text().primaryKey().$type<KeyId>(),
  desk_id: text().notNull().$type<DeskId>(),
  user_id: text().notNull().$type<UserId>(),
  name: text().notNull(),
  prefix: text().notNull(),
  hash: text().notNull().unique(),
  previous_hash: text().unique(),
  previous_until: integer(),
  scopes: text({ mode: "json" }).notNull().$type<string[]>(),
  allowed_addresses: text({ mode: "json" }).notNull().$type<string[]>(),
  rate_multiplier: real().notNull().default(1),
  expires_at: integer(),
  last_used_at: integer(),
  rotated_at: integer(),
  revoked_at: integer(),
  created_at: integer().notNull(),
});

export const tickets = sqliteTable("tickets", {
  hash: text().primaryKey(),
  session_id: text().notNull().$type<SessionId>(),
  user_id: text().notNull().$type<UserId>(),
  desk_id: text().notNull().$type<DeskId>(),
  expires_at: integer().notNull(),
});

export const standingChanges = sqliteTable("standing_changes", {
  seq: integer().primaryKey(),
  subject: text().notNull(),
  at: integer().notNull(),
});

export const PROOF_PURPOSES = ["verify_email", "reset_password"] as const;

export const mailedProofs = sqliteTable("mailed_proofs", {
  id: text().primaryKey().$type<ProofId>(),
  purpose: text({ enum: PROOF_PURPOSES }).notNull(),
  user_id: text().notNull().$type<UserId>(),
  email: text().notNull(),
  created_at: integer().notNull(),
  expires_at: integer().notNull(),
  used_at: integer(),
});

export const mfaFactors = sqliteTable("mfa_factors", {
  user_id: text().primaryKey().$type<UserId>(),
  secret: text().notNull(),
  last_step: integer().notNull().default(0),
  activated_at: integer(),
  created_at: integer().notNull(),
});

export const recoveryCodes = sqliteTable(
  "recovery_codes",
  { user_id: text().notNull().$type<UserId>(), hash: text().notNull() },
  (table) => [primaryKey({ columns: [table.user_id, table.hash] })],
);

export const mfaChallenges = sqliteTable("mfa_challenges", {
  hash: text().primaryKey(),
  user_id: text().notNull().$type<UserId>(),
  kind: text({ enum: ["token", "cookie"] }).notNull(),
  attempts: integer().notNull().default(0),
  expires_at: integer().notNull(),
});

export const loginGuards = sqliteTable("login_guards", {
  subject: text().primaryKey(),
  failures: integer().notNull(),
  locked_until: integer().notNull(),
  updated_at: integer().notNull(),
});

export const knownNetworks = sqliteTable(
  "known_networks",
  {
    user_id: text().notNull().$type<UserId>(),
    network: text().notNull(),
    seen_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.network] })],
);

export const bootstrapUses = sqliteTable("bootstrap_uses", {
  hash: text().primaryKey(),
  user_id: text().notNull().$type<UserId>(),
  used_at: integer().notNull(),
});
