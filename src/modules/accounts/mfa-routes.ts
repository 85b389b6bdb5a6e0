import { createRoute } from "@hono/zod-openapi";
import { json, jsonBody, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { contextOf } from "../access/context.ts";
import { activateMfa, disableMfa, enrollFactor, renewRecoveryCodes } from "./mfa.ts";
import { mfaCode, mfaEnrolment, recoveryCodesSchema } from "./mfa-schemas.ts";

const AUTH = ["Authentication"];
const SIGNED_IN = { security: [{ bearer: [] }] };
const codeBody = { body: jsonBody(mfaCode, { code: "492039" }) };

export const mfaRoutes = newRouter();

mfaRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/mfa/enroll",
    operationId: "enrollMfa",
    summary: "Enroll a second factor",
    description:
      "Needs a recent proof. The factor counts once a code of it was sent to `activate`; until then a new one replaces it.",
    tags: AUTH,
    ...SIGNED_IN,
    responses: { 200: json(mfaEnrolment, "What an authenticator app takes in"), ...privateProblems(409) },
  }),
  async (c) => c.json(await enrollFactor(contextOf(c)), 200),
);

mfaRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/mfa/activate",
    operationId: "activateMfa",
    summary: "Turn the second factor on",
    description:
      "Takes the first code of the enrolled factor, shows the recovery codes and ends all other sessions.",
    tags: AUTH,
    ...SIGNED_IN,
    request: codeBody,
    responses: {
      200: json(recoveryCodesSchema, "The recovery codes"),
      ...privateProblems(400, 409, 413, 415, 422),
    },
  }),
  async (c) => c.json({ recovery_codes: await activateMfa(contextOf(c), c.req.valid("json")) }, 200),
);

mfaRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/mfa/disable",
    operationId: "disableMfa",
    summary: "Turn the second factor off",
    description:
      "Needs a recent proof and a code of the app or a recovery code; ends the recovery codes too.",
    tags: AUTH,
    ...SIGNED_IN,
    request: codeBody,
    responses: {
      204: { description: "The second factor is off" },
      ...privateProblems(400, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    await disableMfa(contextOf(c), c.req.valid("json"));
    return c.body(null, 204);
  },
);

mfaRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/mfa/recovery-codes",
    operationId: "renewRecoveryCodes",
    summary: "Get new recovery codes",
    description: "Takes a code of the app or a recovery code; all older recovery codes are dead.",
    tags: AUTH,
    ...SIGNED_IN,
    request: codeBody,
    responses: {
      200: json(recoveryCodesSchema, "The new recovery codes"),
      ...privateProblems(400, 409, 413, 415, 422),
    },
  }),
  async (c) => c.json({ recovery_codes: await renewRecoveryCodes(contextOf(c), c.req.valid("json")) }, 200),
);
