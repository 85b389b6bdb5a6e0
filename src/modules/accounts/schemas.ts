import { z } from "@hono/zod-openapi";
import { timeSchema } from "../../platform/clock.ts";
import { exampleId, idSchema } from "../../platform/ids.ts";
import { PLANS, ROLES, SESSION_KINDS } from "../directory/policy.ts";
import { MAX_PASSWORD_LENGTH } from "./password-rules.ts";

const email = z.email().max(254).openapi({ example: "ada@desk.example" });
const username = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{2,39}$/, "takes 3 to 40 letters, digits, dots, dashes and underscores")
  .openapi({ example: "ada" });
/** Long enough to refuse with a reason, short enough to hash. */
const password = z
  .string()
  .min(1)
  .max(MAX_PASSWORD_LENGTH * 4)
  .openapi({ example: "Tr4ding-at-the-edge" });

export const registration = z
  .strictObject({ email, username, password, full_name: z.string().trim().min(1).max(200).optional() })
  .openapi("Registration");

/** A username does as well as an address, so either field may hold either. */
export const credentials = z
  .strictObject({
    email: z.string().min(1).max(254).optional().openapi({ example: "ada@desk.example" }),
    username: z.string().min(1).max(254).optional(),
    password,
    cookie: z
      .boolean()
      .default(false)
      .openapi({ description: "Opens a browser's session: a cookie and a CSRF token in place of tokens" }),
  })
  .refine((body) => (body.email === undefined) !== (body.username === undefined), {
    path: ["email"],
    message: "send either `email` or `username`",
  })
  .openapi("Credentials");

const refreshToken = z
  .string()
  .openapi({ example: `brt_${exampleId("ses")}.0.k2h1n0bY8l0yTg2w0b6r6q0l7uA2m1c3d4e5f6g7h8i` });

export const refreshBody = z
  .strictObject({
    refresh_token: refreshToken.min(1).max(200),
  })
  .openapi("RefreshRequest");

/** A browser's session is named by its cookie, so its log-out sends `{}`. */
export const logOutBody = z
  .strictObject({ refresh_token: refreshToken.min(1).max(200).optional() })
  .openapi("LogOutRequest");

export const userSchema = z
  .object({
    id: idSchema("usr"),
    email,
    username,
    full_name: z.string().nullable().openapi({ example: "Ada Lovelace" }),
    email_verified: z.boolean(),
    created_at: timeSchema,
  })
  .openapi("User");

export const deskSchema = z
  .object({
    id: idSchema("dsk"),
    name: z.string().openapi({ example: "ada's desk" }),
    plan: z.enum(PLANS),
    created_at: timeSchema,
  })
  .openapi("Desk");

export const registered = z.object({ user: userSchema, desk: deskSchema }).openapi("Registered");

export const tokenPair = z
  .object({
    access_token: z
      .string()
      .openapi({ example: "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJ1c3JfMDE5In0.c2ln" }),
    refresh_token: refreshToken,
    token_type: z.literal("bearer"),
    expires_in: z.int().openapi({ description: "Seconds until the access token ends", example: 900 }),
    user: userSchema,
  })
  .openapi("TokenPair");

export const cookieSession = z
  .object({
    csrf_token: z
      .string()
      .openapi({ description: "Send it as `X-CSRF-Token` with all that changes something" }),
    expires_in: z.int().openapi({ description: "Seconds until the session ends", example: 43_200 }),
    user: userSchema,
  })
  .openapi("CookieSession");

export const mfaChallenge = z
  .object({
    mfa_required: z.literal(true),
    mfa_token: z.string().openapi({ example: "mfa_b64url-secret" }),
    expires_in: z.int().openapi({ description: "Seconds until the challenge ends", example: 300 }),
  })
  .openapi("MfaChallenge");

export const logInAnswer = z.union([tokenPair, mfaChallenge, cookieSession]);

const code = z
  .string()
  .trim()
  .min(6)
  .max(40)
  .openapi({ example: "492039", description: "Six digits of the second factor, or a recovery code" });

export const mfaVerification = z
  .strictObject({
    mfa_token: z.string().min(1).max(200).optional(),
    code: code.optional(),
    password: password.optional(),
  })
  .refine(
    (body) => body.code !== undefined || (body.mfa_token === undefined && body.password !== undefined),
    {
      path: ["code"],
      message: "send a `code`; a `password` does only within a session",
    },
  )
  .openapi("MfaVerification");

export const provenSchema = z
  .object({
    proved_until: timeSchema.openapi({ description: "Until then keys, roles and money may be moved" }),
  })
  .openapi("Proven");

export const mfaVerified = z.union([tokenPair, cookieSession, provenSchema]);

const proofToken = z
  .string()
  .min(1)
  .max(200)
  .openapi({ example: `${exampleId("prf")}.k2h1n0bY8l0yTg2w0b6r6q0l7uA2m1c3d4e5f6g7h8i` });

export const emailVerification = z.strictObject({ token: proofToken }).openapi("EmailVerification");
export const addressBody = z.strictObject({ email }).openapi("AddressRequest");
export const accepted = z
  .object({ status: z.literal("accepted") })
  .openapi("Accepted", { example: { status: "accepted" } });
export const passwordReset = z
  .strictObject({ token: proofToken, new_password: password })
  .openapi("PasswordReset");
export const passwordChange = z
  .strictObject({ current_password: password, new_password: password })
  .openapi("PasswordChange");

export const profileEdit = z
  .strictObject({
    full_name: z.string().trim().min(1).max(200).nullable().optional().openapi({ example: "Ada Lovelace" }),
    email: email.optional(),
  })
  .openapi("ProfileEdit");

export const sessionSchema = z
  .object({
    id: idSchema("ses"),
    kind: z.enum(SESSION_KINDS).openapi({ description: "`impersonation`: a super admin borrows your view" }),
    name: z.string().nullable(),
    device: z.string().nullable().openapi({ example: "curl/8.5.0" }),
    address: z.string().nullable().openapi({ example: "198.51.100.7" }),
    place: z.string().nullable().openapi({ example: "London, GB" }),
    current: z.boolean(),
    created_at: timeSchema,
    last_seen_at: timeSchema.openapi({ description: "To within five minutes" }),
    expires_at: timeSchema,
  })
  .openapi("Session");

export const sessionName = z
  .strictObject({ name: z.string().trim().min(1).max(100).nullable().openapi({ example: "Trading laptop" }) })
  .openapi("SessionName");

/** Any text: what is no desk's id is answered as a desk that the caller is not on. */
export const deskChoice = z
  .strictObject({
    desk_id: z
      .string()
      .min(1)
      .max(200)
      .openapi({ example: exampleId("dsk") }),
  })
  .openapi("DeskChoice");

export const meSchema = z
  .object({
    user: userSchema,
    desk: deskSchema,
    role: z.enum(ROLES),
    impersonated_by: idSchema("usr")
      .nullable()
      .openapi({
        type: ["string", "null"],
        description: "The super admin who borrows this view, or null",
      }),
  })
  .openapi("Me");

export const switchedDesk = z
  .object({
    access_token: z.string().nullable().openapi({
      description: "Null in a browser's session, whose cookie follows",
      example: "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
    }),
    token_type: z.literal("bearer"),
    expires_in: z.int().openapi({ example: 900 }),
    desk: deskSchema,
    role: z.enum(ROLES),
  })
  .openapi("SwitchedDesk");

export const permissionsSchema = z
  .object({
    desk_id: idSchema("dsk"),
    role: z.enum(ROLES),
    permissions: z.array(z.string()).openapi({ example: ["documents:read", "search:query"] }),
  })
  .openapi("Permissions");

export const ticketSchema = z
  .object({ ticket: z.string().openapi({ example: "b64url-secret" }), expires_at: timeSchema })
  .openapi("Ticket");
