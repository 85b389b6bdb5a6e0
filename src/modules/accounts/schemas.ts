import { z } from "@hono/zod-openapi";
import { timeSchema } from "../../platform/clock.ts";
import { exampleId, idSchema } from "../../platform/ids.ts";
import { PLANS, ROLES } from "../directory/policy.ts";
import { MAX_PASSWORD_LENGTH } from "./password.ts";

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

export const jwks = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal("OKP"),
        crv: z.literal("Ed25519"),
        kid: z.string().openapi({ example: "2026-11" }),
        x: z.string().openapi({ example: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }),
        alg: z.literal("EdDSA"),
        use: z.literal("sig"),
      }),
    ),
  })
  .openapi("JsonWebKeySet");
