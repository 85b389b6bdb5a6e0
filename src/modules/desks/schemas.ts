import { z } from "@hono/zod-openapi";
import { timeSchema } from "../../platform/clock.ts";
import { exampleId, idSchema } from "../../platform/ids.ts";
import { deskSchema } from "../accounts/schemas.ts";
import { ROLES } from "../directory/policy.ts";

const name = z.string().trim().min(1).max(100).openapi({ example: "Metals" });
const role = z.enum(ROLES).openapi({ example: "trader" });
const email = z.email().max(254).openapi({ example: "grace@desk.example" });

export const deskRequest = z.strictObject({ name }).openapi("DeskRequest");
export const deskEdit = z.strictObject({ name }).openapi("DeskEdit");
export const roleChange = z.strictObject({ role }).openapi("RoleChange");
export const transferRequest = z.strictObject({ user_id: idSchema("usr") }).openapi("DeskTransfer");
export const invitationRequest = z.strictObject({ email, role }).openapi("InvitationRequest");
export const acceptance = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .max(200)
      .openapi({ example: `${exampleId("inv")}.k2h1n0bY8l0yTg2w0b6r6q0l7uA2m1c3d4e5f6g7h8i` }),
  })
  .openapi("InvitationAcceptance");

export const ownDeskSchema = deskSchema
  .extend({ role: role.openapi({ description: "Your role on it" }) })
  .openapi("OwnDesk");

export const memberSchema = z
  .object({
    id: idSchema("usr").openapi({ description: "The user's id" }),
    username: z.string().openapi({ example: "grace" }),
    full_name: z.string().nullable().openapi({ example: "Grace Hopper" }),
    email,
    role,
    joined_at: timeSchema,
  })
  .openapi("Member");

export const invitationSchema = z
  .object({
    id: idSchema("inv"),
    email,
    role,
    invited_by: idSchema("usr"),
    created_at: timeSchema,
    expires_at: timeSchema,
  })
  .openapi("Invitation");

const id = z.string().openapi({ example: exampleId("dsk") });
export const deskParams = z.object({ id });
export const memberParams = z.object({ id, user_id: z.string().openapi({ example: exampleId("usr") }) });
export const invitationParams = z.object({
  id,
  invitation_id: z.string().openapi({ example: exampleId("inv") }),
});
