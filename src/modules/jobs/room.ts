import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../env.ts";
import { systemClock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import { consoleLog } from "../../platform/log.ts";
import { answerClose } from "../live/sockets.ts";
import type { Job, JobError, JobEvent, JsonObject, Progress } from "./job.ts";
import type { Action, Advance, ControlAnswer, LeaseAnswer } from "./lease.ts";
import {
  estimatedEnd,
  isFinal,
  isOver,
  KEPT_AFTER_END_MS,
  type Order,
  orderFor,
  settleAgain_ms,
} from "./policy.ts";
import { RoomAudience } from "./room-audience.ts";
import { RoomRecord, type RoomState, type Steered } from "./room-record.ts";
import { RoomSteps } from "./room-steps.ts";

const lost: JobError = { code: "jobs.worker_lost", message: "The job's worker was lost too often." };

/** The room of one job, named `desk/job`: the single writer of the job's state and the source of its events. */
export class JobRoom extends DurableObject<Env> {
  readonly #record: RoomRecord;
  readonly #audience: RoomAudience;
  readonly #steps: RoomSteps;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#record = new RoomRecord(ctx.storage);
    this.#audience = new RoomAudience(ctx, env, this.#record);
    this.#steps = new RoomSteps(ctx, env, this.#record, this.#audience);
  }

  /** Gives the job to one worker for `JOB_LEASE_MS`, renewed by each `advance`. Each grant is good for one lease. */
  async lease(grant: number): Promise<LeaseAnswer> {
    const state = await this.#steps.load();
    if (state === undefined) return { refused: "no_job" };
    const { job } = state;
    if (job.status !== "queued" && job.status !== "running") {
      return { refused: job.status === "cancelling" ? "leased" : "not_runnable" };
    }
    if (state.lease !== null) return { refused: "leased" };
    if (grant <= state.grant) return { refused: "stale" };
    const now = systemClock.now();
    if (isOver(job, now)) {
      await this.#steps.askToSettle(await this.#steps.end(state, { status: "expired" }));
      return { refused: "not_runnable" };
    }
    const lease = { id: newId("lea"), expires_at: now + this.#steps.lease_ms };
    const leased = { ...state, lease, grant, woken: false, act_at: null };
    if (job.status === "queued") {
      const attempts = job.attempts + (job.attempts === 0 || state.failures > 0 ? 1 : 0);
      leased.job = { ...job, started_at: job.started_at ?? now };
      leased.baseline = { at: now, fraction: job.progress.fraction };
      await this.#steps.change(leased, { status: "running", attempts });
    } else {
      this.#record.save(leased);
    }
    await this.#steps.plan();
    return { lease: lease.id, job: this.#steps.present().job, checkpoint: state.checkpoint };
  }

  /** Renews the lease and keeps what came with it; the answer tells the worker whether to go on. */
  async advance(lease: string, { progress, checkpoint }: Advance): Promise<Order> {
    const state = this.#leased(lease);
    if (state === undefined) return "lost";
    if (state.job.status === "cancelling") return "cancel";
    const now = systemClock.now();
    const next: RoomState = { ...state, lease: { id: lease, expires_at: now + this.#steps.lease_ms } };
    if (checkpoint !== undefined) Object.assign(next, { checkpoint, failures: 0 });
    if (progress === undefined) this.#record.save(next);
    else await this.#steps.change(next, this.#advanced(state, progress, now));
    await this.#steps.plan();
    // A pause and a finish wait for a checkpoint, so that nothing is done twice or lost.
    return orderFor(this.#steps.present().job, checkpoint !== undefined, now);
  }

  #advanced({ baseline, job }: RoomState, progress: Progress, now: number): JobEvent["data"] {
    const fraction = Math.max(job.progress.fraction, Math.min(1, progress.fraction));
    return { progress: { ...progress, fraction }, estimated_end: estimatedEnd(baseline, fraction, now) };
  }

  /** Ends a slice that has more to do, at once or, with `wait_ms`, when the job is woken or that has passed. */
  async yield(lease: string, wait_ms?: number): Promise<Order> {
    const state = this.#leased(lease);
    if (state === undefined) return "lost";
    const order = orderFor(state.job, true, systemClock.now());
    if (order === "cancel" || order === "expire" || order === "pause") return order;
    if (wait_ms === undefined || state.woken || order === "finish")
      await this.#steps.dispatch({ ...state, lease: null });
    else {
      this.#record.save({ ...state, lease: null, act_at: systemClock.now() + wait_ms });
      await this.#steps.leave();
      await this.#steps.plan();
    }
    return "go_on";
  }

  /** Ends the job well. */
  async succeed(lease: string, result: JsonObject): Promise<Job | undefined> {
    const state = this.#leased(lease);
    if (state === undefined) return undefined;
    const progress = { ...state.job.progress, phase: "done", fraction: 1, message: "Done" };
    return await this.#steps.end(state, { status: "succeeded", result, progress });
  }

  /** Ends a slice that failed: the job is tried again later while that can help, else it has failed. */
  async fail(lease: string, error: JobError, retryable: boolean): Promise<Job | undefined> {
    const state = this.#leased(lease);
    return state === undefined ? undefined : await this.#steps.failed(state, error, retryable);
  }

  /** A worker has stopped as it was ordered. */
  async stopped(lease: string, order: "cancel" | "pause" | "expire"): Promise<Job | undefined> {
    const state = this.#leased(lease);
    if (state === undefined) return undefined;
    if (state.job.status === "cancelling" || order === "expire")
      return await this.#steps.end(state, { status: "expired" });
    if (state.job.requested === "pause") return await this.#steps.pause(state);
    await this.#steps.dispatch({ ...state, lease: null }); // it was resumed before the worker had stopped
    return this.#steps.present().job;
  }

  /** What a parent's children did, told from outside of its slices; nothing once it has ended. */
  async report(progress: Progress): Promise<void> {
    const state = await this.#steps.load();
    if (state === undefined || isFinal(state.job.status) || state.job.status === "cancelling") return;
    if (progress.fraction < state.job.progress.fraction) return; // an older report that came late
    await this.#steps.change(state, this.#advanced(state, progress, systemClock.now()));
    await this.#steps.plan();
  }

  /** Ends the wait of a job that yielded with one. */
  async wake(): Promise<void> {
    const state = await this.#steps.load();
    if (state?.job.status !== "running") return;
    if (state.lease !== null) this.#record.save({ ...state, woken: true });
    else await this.#steps.dispatch(state);
  }

  /**
   * Steers the job for a user, or for the product itself, which leaves no row in the audit log. Asking again for what
   * holds already changes nothing.
   */
  async control(action: Action, by: Steered | null): Promise<ControlAnswer> {
    const state = await this.#steps.load();
    if (state === undefined) return { refused: "no_job" };
    const { job } = state;
    if (action === "cancel" && (job.status === "cancelling" || job.status === "cancelled")) {
      return { job, changed: false };
    }
    if (isFinal(job.status)) return { refused: "ended", job };
    if (job.status === "cancelling") return { refused: "cancelling", job };
    const steered = by === null ? state : { ...state, steered: [...state.steered, by] };
    const answer = await this.#controlled(action, steered);
    await this.#steps.plan();
    return answer;
  }

  async #controlled(action: Action, state: RoomState): Promise<ControlAnswer> {
    if (action === "cancel") return { job: await this.#cancel(state), changed: true };
    if (action === "pause") return await this.#pause(state);
    if (action === "resume") return await this.#resume(state);
    return await this.#finish(state);
  }

  /** Cancels at once where nobody works on it, else asks the worker to stop. */
  async #cancel(state: RoomState): Promise<Job> {
    let now = state;
    if (state.job.status === "running") {
      await this.#steps.change(state, { status: "cancelling" });
      now = this.#steps.present(); // the worker may have stopped while the read model followed
      if (now.lease !== null || isFinal(now.job.status)) return now.job;
    }
    const job = await this.#steps.end(now, { status: "cancelled" });
    await this.#steps.askToSettle(job);
    return job;
  }

  async #pause(state: RoomState): Promise<ControlAnswer> {
    const { job, lease } = state;
    if (job.status === "paused" || job.requested === "pause") return { job, changed: false };
    if (lease === null) return { job: await this.#steps.pause(state), changed: true };
    return { job: await this.#steps.change(state, { requested: "pause" }), changed: true };
  }

  async #resume(state: RoomState): Promise<ControlAnswer> {
    const { job } = state;
    if (job.requested === "pause") {
      return { job: await this.#steps.change(state, { requested: null }), changed: true };
    }
    if (job.status !== "paused") return { job, changed: false };
    await this.#steps.change({ ...state, act_at: this.#steps.askAgainAt() }, { status: "queued" });
    await this.#steps.dispatch(this.#steps.present());
    return { job: this.#steps.present().job, changed: true };
  }

  async #finish(state: RoomState): Promise<ControlAnswer> {
    const { job } = state;
    if (state.checkpoint === null) return { refused: "not_started", job };
    if (job.requested === "finish") return { job, changed: false };
    const data = job.status === "paused" ? { status: "queued" as const } : {};
    const act_at = state.lease === null ? this.#steps.askAgainAt() : state.act_at;
    await this.#steps.change({ ...state, act_at }, { ...data, requested: "finish" });
    if (state.lease === null) await this.#steps.dispatch(this.#steps.present());
    return { job: this.#steps.present().job, changed: true };
  }

  /** Ends a job whose time is over, unless a worker has it, who is told so; undefined where there was nothing to end. */
  async expire(): Promise<Job | undefined> {
    const state = await this.#steps.load();
    if (state === undefined || state.lease !== null || isFinal(state.job.status)) return undefined;
    return state.job.status === "cancelling" || isOver(state.job, systemClock.now())
      ? await this.#steps.end(state, { status: "expired" })
      : undefined;
  }

  /** The message of a grant died in its queue: the job has failed, unless the grant was used or the job is at rest. */
  async bury(error: JobError, grant: number): Promise<Job | undefined> {
    const state = await this.#steps.load();
    if (state === undefined || isFinal(state.job.status)) return state?.job;
    if (grant <= state.grant || state.job.status === "paused") return state.job;
    return await this.#steps.end(state, { status: "failed", error });
  }

  /** The job as the room knows it, or undefined where there is none. */
  async current(): Promise<Job | undefined> {
    return (await this.#steps.load())?.job;
  }

  /** The aftermath of the job's end has been done. */
  async confirmSettled(): Promise<void> {
    const { state } = this.#record;
    if (state === undefined || !isFinal(state.job.status)) return;
    this.#record.save({ ...state, settled: true });
    await this.#steps.plan();
  }

  /** Watching. The Worker has checked who asks; `?after=` names the last event that they have seen. */
  override async fetch(request: Request): Promise<Response> {
    const state = await this.#steps.load();
    if (state === undefined) return new Response(null, { status: 404 });
    const response = this.#audience.open(request, systemClock.now());
    await this.#steps.plan();
    return response;
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    this.#audience.receive(socket, data);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    answerClose(socket, code);
  }

  /** The one timer of the room: lost leases, back-offs, deadlines, late read models, heartbeats, clean-up. */
  override async alarm(): Promise<void> {
    this.#steps.alarmCame();
    const { state } = this.#record;
    if (state === undefined) return;
    try {
      await this.#attend(state, systemClock.now());
    } finally {
      await this.#steps.plan();
    }
  }

  async #attend(state: RoomState, now: number): Promise<void> {
    if (isFinal(state.job.status)) await this.#afterEnd(state, now);
    else if (state.lease !== null && state.lease.expires_at <= now) {
      const job = await this.#steps.failed(state, lost, true);
      if (isFinal(job.status)) await this.#steps.askToSettle(job);
    } else if (state.lease === null && (isOver(state.job, now) || state.job.status === "cancelling")) {
      const job = await this.expire();
      if (job !== undefined) await this.#steps.askToSettle(job);
    } else if (state.lease === null && state.act_at !== null && state.act_at <= now) {
      await this.#steps.dispatch(state);
    }
    if (this.#record.state !== undefined) await this.#audience.attend(now);
    if (this.#record.state !== undefined) await this.#steps.followReadModel(now);
  }

  #leased(lease: string): RoomState | undefined {
    const { state } = this.#record;
    return state?.lease?.id === lease ? state : undefined;
  }

  async #afterEnd(state: RoomState, now: number): Promise<void> {
    if ((state.job.finished_at ?? 0) + KEPT_AFTER_END_MS <= now) {
      if (!state.settled) consoleLog().error("never settled", { job: state.job.id });
      await this.#record.forget();
    } else if (!state.settled && (state.act_at ?? 0) <= now) {
      const failures = state.failures + 1;
      this.#record.save({ ...state, failures, act_at: now + settleAgain_ms(failures) });
      await this.#steps.askToSettle(state.job);
    }
  }
}
