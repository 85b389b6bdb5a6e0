import { createRoute } from "@hono/zod-openapi";
import { json, jsonBody, problems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { exampleId } from "../../platform/ids.ts";
import { contextOf } from "../access/context.ts";
import { changePassword } from "./change-password.ts";
import { mailProof } from "./mail-proof.ts";
import { originOf } from "./open-session.ts";
import { resetPassword } from "./reset-password.ts";
import { accepted, addressBody, emailVerification, passwordChange, passwordReset } from "./schemas.ts";
import { verifyEmail } from "./verify-email.ts";

const AUTH = ["Authentication"];
const OPEN = { security: [] };
const ACCEPTED = { status: "accepted" } as const;
const exampleProof = `${exampleId("prf")}.k2h1n0bY8l0yTg2w0b6r6q0l7uA2m1c3d4e5f6g7h8i`;

export const passwordRoutes = newRouter();

passwordRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/email/verify",
    operationId: "verifyEmail",
    summary: "Verify an address",
    description:
      "Takes the token of a mail; its address is the account's from then on. Good once, for a day.",
    tags: AUTH,
    ...OPEN,
    request: { body: jsonBody(emailVerification, { token: exampleProof }) },
    responses: { 204: { description: "The address is verified" }, ...problems(400, 404, 413, 415, 422) },
  }),
  async (c) => {
    await verifyEmail(c.var.platform, originOf(c), c.req.valid("json"));
    return c.body(null, 204);
  },
);

passwordRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/email/resend",
    operationId: "resendVerification",
    summary: "Mail the verification again",
    description: "The same answer for every address, whoever has it; at most five mails an hour are sent.",
    tags: AUTH,
    ...OPEN,
    request: { body: jsonBody(addressBody, { email: "ada@desk.example" }) },
    responses: { 202: json(accepted, "A mail follows, if one is due"), ...problems(400, 413, 415, 422) },
  }),
  async (c) => {
    await mailProof(c.var.platform, "verify_email", c.req.valid("json").email);
    return c.json(ACCEPTED, 202);
  },
);

passwordRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/password/forgot",
    operationId: "forgotPassword",
    summary: "Ask for a new password",
    description:
      "Mails a token to whoever has the address. The same answer for every address, whoever has it.",
    tags: AUTH,
    ...OPEN,
    request: { body: jsonBody(addressBody, { email: "ada@desk.example" }) },
    responses: { 202: json(accepted, "A mail follows, if one is due"), ...problems(400, 413, 415, 422) },
  }),
  async (c) => {
    await mailProof(c.var.platform, "reset_password", c.req.valid("json").email);
    return c.json(ACCEPTED, 202);
  },
);

passwordRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/password/reset",
    operationId: "resetPassword",
    summary: "Set a new password by mail",
    description:
      "Takes the token of a mail, good once and for an hour. Ends every session; a second factor stays in force.",
    tags: AUTH,
    ...OPEN,
    request: { body: jsonBody(passwordReset, { token: exampleProof, new_password: "Tr4ding-at-the-edge" }) },
    responses: { 204: { description: "The password is set" }, ...problems(400, 404, 413, 415, 422) },
  }),
  async (c) => {
    await resetPassword(c.var.platform, originOf(c), c.req.valid("json"));
    return c.body(null, 204);
  },
);

passwordRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/password/change",
    operationId: "changePassword",
    summary: "Change the password",
    description: "By the present one. Ends all other sessions of the caller.",
    tags: AUTH,
    security: [{ bearer: [] }],
    request: {
      body: jsonBody(passwordChange, {
        current_password: "Tr4ding-at-the-edge",
        new_password: "Tr4ding-at-the-ridge",
      }),
    },
    responses: { 204: { description: "Changed" }, ...problems(400, 401, 403, 413, 415, 422) },
  }),
  async (c) => {
    await changePassword(contextOf(c), c.req.valid("json"));
    return c.body(null, 204);
  },
);
