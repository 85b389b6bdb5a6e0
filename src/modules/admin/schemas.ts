import { z } from "@hono/zod-openapi";
import { listQuery } from "../../http/lists.ts";
import { timeSchema } from "../../platform/clock.ts";
import { exampleId, idSchema } from "../../platform/ids.ts";
import { userSchema } from "../accounts/schemas.ts";
import { PLANS, ROLES } from "../directory/policy.ts";

const status = z.enum(["active", "deactivated"]);
const platformRole = z.enum(["super_admin"]);

export const userParams = z.object({ id: z.string().openapi({ example: exampleId("usr") }) });
export const ifMatchHeader = z.object({ "if-match": z.string().max(100).optional() });

export const userQuery = z.object({
  ...listQuery,
  q: z
    .string()
    .trim()
    .min(1)
    .max(254)
    .optional()
    .openapi({ description: "The beginning of an address or of a username" }),
  status: status.optional(),
  platform_role: platformRole.optional(),
});

export const adminUserSchema = userSchema
  .extend({ status, platform_role: platformRole.nullable(), updated_at: timeSchema })
  .openapi("AdminUser");

export const adminUserDetail = adminUserSchema
  .extend({
    desks: z.array(
      z.object({
        id: idSchema("dsk"),
        name: z.string().openapi({ example: "ada's desk" }),
        plan: z.enum(PLANS),
        role: z.enum(ROLES),
        joined_at: timeSchema,
      }),
    ),
    sessions: z.int().openapi({ description: "Sessions in force", example: 2 }),
    mfa: z.boolean().openapi({ description: "Whether a second factor is on" }),
  })
  .openapi("AdminUserDetail");

export const userEdit = z
  .strictObject({
    status: status.optional(),
    platform_role: platformRole.nullable().optional(),
    plan: z.enum(PLANS).optional().openapi({ description: "Of the user's home desk: the first of `desks`" }),
  })
  .refine((edit) => Object.values(edit).some((value) => value !== undefined), {
    message: "name at least one field",
  })
  .openapi("AdminUserEdit");

export const bootstrapBody = z
  .strictObject({
    token: z.string().min(1).max(500).openapi({ example: "the-deployment's-BOOTSTRAP_TOKEN" }),
  })
  .openapi("Bootstrap");

export const impersonationBody = z
  .strictObject({
    reason: z.string().trim().min(3).max(500).openapi({ example: "Ticket 4711: list is empty" }),
  })
  .openapi("ImpersonationRequest");

export const impersonationSchema = z
  .object({
    access_token: z
      .string()
      .openapi({ example: "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJ1c3JfMDE5In0.c2ln" }),
    token_type: z.literal("bearer"),
    expires_in: z.int().openapi({ description: "Seconds until the view ends", example: 900 }),
    user: userSchema,
  })
  .openapi("Impersonation");
