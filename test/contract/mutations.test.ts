import { beforeAll, describe, expect, it } from "vitest";
import { ROLE_PERMISSIONS } from "../../src/modules/access/permissions.ts";
import { ROLES } from "../../src/modules/directory/policy.ts";
import { logIn, mailedToken } from "../support/accounts.ts";
import { newSuperAdmin, verifyEmail } from "../support/admin.ts";
import { newHeldBatch } from "../support/batches.ts";
import { type Account, type Call, call, newAccount } from "../support/desk.ts";
import { testEnv } from "../support/env.ts";
import { newFailedJob, newPartialJob } from "../support/jobs.ts";
import { invitationToken, invite } from "../support/members.ts";
import { codeOf, enroll, withFactor } from "../support/mfa.ts";
import {
  exampleBody,
  hasPathParameters,
  isOfThePlatform,
  type Operation,
  operations,
} from "../support/operations.ts";
import { ARMS, csvForm, SMA_CROSS, SMALL_SEARCH } from "../support/strategies.ts";
import {
  type Desk,
  fillPath,
  isOfEverybody,
  newDesk,
  newQueuedJob,
  onDeskOf,
  ownParameters,
  unknownId,
  unknownParameters,
} from "../support/world.ts";
import { READING_POSTS } from "./reading-posts.ts";

/** Mutations of which no audit row is expected, and why. */
const UNAUDITED: Record<string, string> = {
  "POST /v1/auth/refresh": "only moves a session on; a reuse is audited, see test/modules/accounts",
  "POST /v1/auth/email/resend": "makes nobody anything but a mail, and tells no row of whether there is one",
  "POST /v1/auth/password/forgot": "the same; what the mail's token does is audited",
  "POST /v1/tickets": "a proof for thirty seconds; what is done with it is a read",
  "POST /v1/notifications/{id}/read": "what somebody has looked at is their own business, and moves nothing",
  "POST /v1/notifications/read-all": "the same",
  "POST /v1/search/feedback":
    "an opinion that moves a ranking a little, and is forgotten with whoever had it",
  ...Object.fromEntries(Object.entries(READING_POSTS).map(([name, { reason }]) => [name, reason])),
};

interface Prepared {
  values?: Record<string, string>;
  options?: Call;
  /** Who acts in which desk, where that is not the caller in their own. */
  owner?: { desk_id: string; actor: string };
}

/** A super admin acts on somebody else: the row is in the log of that user's home desk. */
const asSuperAdmin = async (): Promise<Prepared> => {
  const [actor, target] = [await newSuperAdmin(), await newAccount()];
  return {
    values: { id: target.user_id },
    options: { token: actor.access_token },
    owner: { desk_id: target.desk_id, actor: actor.user_id },
  };
};

/** A code of a second factor that was just turned on. */
const withCode = async (desk: Desk): Promise<Prepared> => {
  const { recovery_codes } = await withFactor(desk);
  return { options: { json: { code: recovery_codes[0] } } };
};

/** What a mutation needs to succeed beyond its own desk's ids and the example body of the contract. */
const PREPARED: Record<string, (desk: Desk) => Promise<Prepared>> = {
  "POST /v1/auth/register": async () => {
    const name = `n${crypto.randomUUID().slice(0, 8)}`;
    const json = { email: `${name}@desk.test`, username: name, password: "Tr4ding-at-the-edge" };
    return { options: { json } };
  },
  "POST /v1/auth/login": async ({ email, password }) => ({ options: { json: { email, password } } }),
  "POST /v1/auth/refresh": async (desk) => ({ options: { json: { refresh_token: desk.refresh_token } } }),
  "POST /v1/auth/logout": async (desk) => ({ options: { json: { refresh_token: desk.refresh_token } } }),
  "POST /v1/auth/mfa/verify": async ({ password, access_token }) => ({
    options: { json: { password }, token: access_token },
  }),
  "POST /v1/auth/email/verify": async (desk) => ({
    options: { json: { token: await mailedToken("verify_email", desk) } },
  }),
  "POST /v1/auth/password/reset": async (desk) => ({
    options: { json: { token: await mailedToken("reset_password", desk), new_password: "Loud-Harb0ur-43" } },
  }),
  "POST /v1/auth/password/change": async ({ password }) => ({
    options: { json: { current_password: password, new_password: "Loud-Harb0ur-43" } },
  }),
  "POST /v1/auth/switch-desk": async ({ desk_id }) => ({ options: { json: { desk_id } } }),
  "DELETE /v1/me/sessions": async (desk) => {
    await logIn(desk);
    return {};
  },
  "POST /v1/auth/mfa/activate": async (desk) => ({
    options: { json: { code: codeOf((await enroll(desk)).secret) } },
  }),
  "POST /v1/auth/mfa/disable": withCode,
  "POST /v1/auth/mfa/recovery-codes": withCode,
  "POST /v1/admin/bootstrap": async (desk) => {
    await verifyEmail(desk);
    return { options: { json: { token: testEnv.BOOTSTRAP_TOKEN } } };
  },
  "PATCH /v1/admin/users/{id}": asSuperAdmin,
  "DELETE /v1/admin/users/{id}": asSuperAdmin,
  "POST /v1/admin/users/{id}/force-reset": asSuperAdmin,
  "POST /v1/admin/users/{id}/impersonate": asSuperAdmin,
  "POST /v1/desks/{id}/transfer": async ({ member_id }) => ({ options: { json: { user_id: member_id } } }),
  "POST /v1/invitations/accept": async ({ email }) => {
    const token = await invitationToken(await invite(await newAccount(), email));
    return { options: { json: { token } } };
  },
  "DELETE /v1/me": async () => {
    const { access_token: token, desk_id, user_id } = await newAccount();
    return { options: { token }, owner: { desk_id, actor: user_id } };
  },
  "POST /v1/batches/{id}/pause": async (desk) => ({ values: { id: await newHeldBatch(desk) } }),
  "POST /v1/batches/{id}/resume": async (desk) => ({ values: { id: await newHeldBatch(desk, "cancelled") } }),
  "POST /v1/batches/{id}/cancel": async (desk) => ({ values: { id: await newHeldBatch(desk) } }),
  "POST /v1/batches/{id}/retry-failed": async (desk) => ({
    values: { id: await newHeldBatch(desk, "cancelled") },
  }),
  "POST /v1/jobs/{id}/cancel": async (desk) => ({ values: { id: await newQueuedJob(desk) } }),
  "POST /v1/jobs/{id}/pause": async (desk) => ({ values: { id: await newQueuedJob(desk) } }),
  "POST /v1/jobs/{id}/resume": async (desk) => {
    const id = await newQueuedJob(desk);
    await call(`/v1/jobs/${id}/pause`, { token: desk.access_token, method: "POST" });
    return { values: { id } };
  },
  "POST /v1/search/feedback": async ({ chunk_id }) => ({
    options: { json: { query: "breakout", chunk_id, rating: 5 } },
  }),
  "POST /v1/datasets": async () => ({ options: { body: csvForm() } }),
  "POST /v1/backtests": async ({ dataset_id }) => ({ options: { json: { dataset_id, ...SMA_CROSS } } }),
  "POST /v1/optimizations": async ({ dataset_id }) => ({
    options: { json: { dataset_id, ...SMALL_SEARCH } },
  }),
  "POST /v1/experiments": async ({ dataset_id }) => ({ options: { json: { dataset_id, ...ARMS } } }),
  "POST /v1/exports/pine-script": async ({ backtest_id }) => ({ options: { json: { backtest_id } } }),
  "POST /v1/exports/report": async ({ backtest_id }) => ({ options: { json: { backtest_id } } }),
  "POST /v1/exports/trades": async ({ backtest_id }) => ({ options: { json: { backtest_id } } }),
  "POST /v1/jobs/{id}/finish": async (desk) => ({ values: { id: (await newPartialJob(desk)).job.id } }),
  "POST /v1/jobs/{id}/retry": async (desk) => ({ values: { id: await newFailedJob(desk) } }),
  // Things that nobody has: what these jobs do must not be under the feet of other cases.
  "POST /v1/jobs/bulk": async () => ({ options: { json: { action: "cancel", ids: [unknownId("job")] } } }),
  "POST /v1/jobs/dead-letters/replay": async () => ({ options: { json: { ids: [unknownId("ded")] } } }),
};

interface AuditRow {
  id: string;
  desk_id: string;
  actor: string;
  action: string;
  target: string;
  at: number;
  request_id: string | null;
}

const mutations = operations.filter(({ method }) => method !== "GET");
const named = (some: Operation[]) =>
  some.map((operation): [string, Operation] => [operation.name, operation]);

let desk: Desk;
let other: Desk;
const lesser = new Map<string, Account>();
beforeAll(async () => {
  desk = await newDesk();
  other = await newDesk();
  for (const role of ROLES) lesser.set(role, await newAccount(role));
});

async function auditRows(): Promise<AuditRow[]> {
  return (await testEnv.DB.prepare("SELECT * FROM audit_log ORDER BY id").all<AuditRow>()).results;
}

async function newRowsBy(work: () => Promise<Response>): Promise<{ answer: Response; rows: AuditRow[] }> {
  const before = new Set((await auditRows()).map(({ id }) => id));
  const answer = await work();
  // Jobs that an earlier case started may write rows of their own meanwhile; they have no request.
  const mine = answer.headers.get("request-id");
  const rows = (await auditRows()).filter(({ id, request_id }) => !before.has(id) && request_id === mine);
  return { answer, rows };
}

function optionsFor(operation: Operation, token: string): Call {
  return { method: operation.method, token, headers: { "if-match": "*" }, ...exampleBody(operation) };
}

/** Mutations of another desk than the caller's active one: the one that they answer. */
const OF_THE_ANSWERED_DESK = new Set(["POST /v1/desks", "POST /v1/invitations/accept"]);

/** Who acts in which desk: the caller, but for the one mutation that makes both. */
async function ownerOf(name: string, answer: Response, caller: Account) {
  if (OF_THE_ANSWERED_DESK.has(name)) {
    return { desk_id: (await answer.clone().json<{ id: string }>()).id, actor: caller.user_id };
  }
  if (name !== "POST /v1/auth/register") return { desk_id: caller.desk_id, actor: caller.user_id };
  const made = await answer.clone().json<{ user: { id: string }; desk: { id: string } }>();
  return { desk_id: made.desk.id, actor: made.user.id };
}

describe("a mutation that succeeds", () => {
  // A desk of its own for what changes or ends it: each case may rely on nothing before it.
  it.each(named(mutations))("%s: leaves who did what, in the same desk's log", async (name, operation) => {
    const isApart = /auth|DELETE|reprocess|bootstrap|transfer|\/me/.test(name);
    const own = isApart ? await newDesk(undefined, { hasRuns: false }) : desk;
    const { options = {}, owner, values } = (await PREPARED[name]?.(own)) ?? {};
    const path = fillPath(operation.path, values ?? ownParameters(operation, own));
    const { answer, rows } = await newRowsBy(() =>
      call(path, { ...optionsFor(operation, own.access_token), ...options }),
    );
    const told = await answer.clone().text();
    expect(answer.status, `${name} must succeed; prepare it in PREPARED: ${told}`).toBeLessThan(300);
    if (name in UNAUDITED) return expect(rows).toEqual([]);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row.action).toMatch(/^[a-z_]+\.[a-z_]+$/);
      expect(row.target).toMatch(/^[a-z]{3}_[0-9a-f]{32}$/);
      expect(Math.abs(Date.now() - row.at)).toBeLessThan(60_000);
      expect(row).toMatchObject(owner ?? (await ownerOf(name, answer, own)));
    }
  });

  it("is told once, however often its Idempotency-Key comes back", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const reindex = () => call("/v1/search/reindex", { method: "POST", token: desk.access_token, headers });
    const before = (await auditRows()).length;
    await reindex();
    await reindex();
    expect((await auditRows()).length).toBe(before + 1);
  });
});

describe("a mutation that is refused", () => {
  it.each(named(mutations.filter(({ permission }) => permission !== undefined)))(
    "%s: leaves nothing where the role does not allow it",
    async (name, operation) => {
      const role = [...ROLES].reverse().find((one) => !holds(one, operation.permission));
      const account = role === undefined ? undefined : lesser.get(role);
      if (account === undefined || name in UNAUDITED) return;
      const path = hasPathParameters(operation)
        ? fillPath(operation.path, onDeskOf(operation, account, ownParameters(operation, desk)))
        : operation.path;
      const { answer, rows } = await newRowsBy(() => call(path, optionsFor(operation, account.access_token)));
      expect(answer.status).toBe(403);
      expect(rows).toEqual([]);
    },
  );

  const ofADesk = (one: Operation) => hasPathParameters(one) && !isOfThePlatform(one) && !isOfEverybody(one);
  it.each(named(mutations.filter(ofADesk)))(
    "%s: leaves nothing for ids of another desk or of nobody",
    async (_, operation) => {
      const own = ownParameters(operation, other);
      for (const values of [own, unknownParameters(own)]) {
        const { answer, rows } = await newRowsBy(() =>
          call(fillPath(operation.path, values), optionsFor(operation, desk.access_token)),
        );
        expect(answer.status).toBe(404);
        expect(rows).toEqual([]);
      }
    },
  );

  it.each(
    named(mutations.filter(({ requestBody }) => requestBody?.content["application/json"] !== undefined)),
  )("%s: leaves nothing for a body with a field that is nobody's to send", async (_, operation) => {
    const path = hasPathParameters(operation)
      ? fillPath(operation.path, ownParameters(operation, desk))
      : operation.path;
    const example = Object(exampleBody(operation).json);
    const foreign = ["id", "desk_id", "user_id", "role", "plan", "status", "created_by", "__proto__"];
    for (const field of foreign.filter((one) => !Object.hasOwn(example, one))) {
      const body = JSON.stringify(example).replace(/\}$/, `,"${field}":"admin"}`).replace("{,", "{");
      const headers = { "content-type": "application/json", "if-match": "*" };
      const { answer, rows } = await newRowsBy(() =>
        call(path, { method: operation.method, token: desk.access_token, headers, body }),
      );
      expect(answer.status, `${field}: ${body}`).toBe(422);
      expect(rows).toEqual([]);
    }
  });

  it("has no exception for a route that is gone", () => {
    const names = new Set(mutations.map(({ name }) => name));
    for (const name of [...Object.keys(UNAUDITED), ...Object.keys(PREPARED)]) expect(names).toContain(name);
  });
});

function holds(role: (typeof ROLES)[number], permission: string | undefined): boolean {
  return [...ROLE_PERMISSIONS[role]].some((each) => each === permission);
}
