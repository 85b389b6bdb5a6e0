import { DurableObject } from "cloudflare:workers";
import { type Env, settingsOf } from "../../env.ts";
import { noCost } from "../../platform/cost.ts";
import { openDatabase } from "../../platform/database.ts";
import { type DeskId, isId, newId } from "../../platform/ids.ts";
import { consoleLog } from "../../platform/log.ts";
import type { Job, JobError, JobEvent, JsonObject } from "./job.ts";
import type { Advance, LeaseAnswer, Order } from "./lease.ts";
import { runMessage, sendMessage, settleMessage } from "./message.ts";
import {
  backoff_ms,
  estimatedEnd,
  isFinal,
  KEPT_AFTER_END_MS,
  MAX_ATTEMPTS,
  mayBecome,
  READ_MODEL_MS,
  SETTLE_MS,
  settleAgain_ms,
} from "./policy.ts";
import { RoomAudience } from "./room-audience.ts";
import { nextDue, RoomRecord, type RoomState } from "./room-record.ts";
import { findJob, followJob } from "./store.ts";

const lost: JobError = { code: "jobs.worker_lost", message: "The job's worker was lost too often." };

/** The room of one job, named `desk/job`: the single writer of the job's state and the source of its events. */
export class JobRoom extends DurableObject<Env> {
  readonly #record: RoomRecord;
  readonly #audience: RoomAudience;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#record = new RoomRecord(ctx.storage);
    this.#audience = new RoomAudience(ctx, env, this.#record);
  }

  /** Gives the job to one worker for `JOB_LEASE_MS`, renewed by each `advance`. */
  async lease(): Promise<LeaseAnswer> {
    const state = await this.#load();
    if (state === undefined) return { refused: "no_job" };
    if (state.lease !== null) return { refused: "leased" };
    if (state.job.status !== "queued" && state.job.status !== "running") return { refused: "not_runnable" };
    const now = Date.now();
    const lease = { id: newId("lea"), expires_at: now + this.#lease_ms };
    const leased = { ...state, lease };
    if (state.job.status === "queued") {
      leased.job = { ...state.job, started_at: state.job.started_at ?? now };
      await this.#change(leased, { status: "running", attempts: state.job.attempts + 1 });
    } else {
      this.#record.save(leased);
    }
    await this.#plan();
    return { lease: lease.id, job: this.#present().job, checkpoint: state.checkpoint };
  }

  /** Renews the lease and keeps what came with it; the answer tells the worker whether to go on. */
  async advance(lease: string, { progress, checkpoint }: Advance): Promise<Order> {
    const state = this.#leased(lease);
    if (state === undefined) return "lost";
    if (state.job.status === "cancelling") return "cancel";
    const now = Date.now();
    const next: RoomState = { ...state, lease: { id: lease, expires_at: now + this.#lease_ms } };
    if (checkpoint !== undefined) Object.assign(next, { checkpoint, failures: 0 });
    if (progress === undefined) this.#record.save(next);
    else {
      const fraction = Math.max(state.job.progress.fraction, Math.min(1, progress.fraction));
      const estimated_end = estimatedEnd(state.job.started_at, fraction, now);
      await this.#change(next, { progress: { ...progress, fraction }, estimated_end });
    }
    await this.#plan();
    return "go_on";
  }

  /** Ends a slice that has more to do: the lease goes back and the next message is on its way. */
  async yield(lease: string): Promise<Order> {
    const state = this.#leased(lease);
    if (state === undefined) return "lost";
    if (state.job.status === "cancelling") return "cancel";
    await this.#dispatch({ ...state, lease: null }, 0);
    return "go_on";
  }

  /** Ends the job well, unless a cancel was accepted before: that holds. */
  async succeed(lease: string, result: JsonObject): Promise<Job | undefined> {
    const state = this.#leased(lease);
    if (state === undefined) return undefined;
    if (state.job.status === "cancelling") return await this.#end(state, { status: "cancelled" });
    const progress = { ...state.job.progress, phase: "done", fraction: 1, message: "Done" };
    return await this.#end(state, { status: "succeeded", result, progress, estimated_end: null });
  }

  /** Ends a slice that failed: the job is tried again later while that can help, else it has failed. */
  async fail(lease: string, error: JobError, retryable: boolean): Promise<Job | undefined> {
    const state = this.#leased(lease);
    return state === undefined ? undefined : await this.#failed(state, error, retryable);
  }

  /** A worker that was told to cancel has stopped. */
  async stopped(lease: string): Promise<Job | undefined> {
    const state = this.#leased(lease);
    return state === undefined ? undefined : await this.#end(state, { status: "cancelled" });
  }

  /** Cancels at once where nobody works on it, else asks the worker to stop. Undefined if it had ended otherwise. */
  async cancel(): Promise<Job | undefined> {
    const state = await this.#load();
    if (state === undefined) return undefined;
    if (state.job.status === "cancelling" || state.job.status === "cancelled") return state.job;
    if (state.job.status === "running") {
      await this.#change(state, { status: "cancelling" });
      await this.#plan();
      const now = this.#present(); // the worker may have ended the job while the read model followed
      if (now.lease !== null || isFinal(now.job.status)) return now.job;
    } else if (!mayBecome(state.job.status, "cancelled")) return undefined;
    const job = await this.#end(this.#present(), { status: "cancelled" });
    await this.#askToSettle(job);
    return job;
  }

  /** A message of this job died in its queue: the job has failed, unless it had ended before. */
  async bury(error: JobError): Promise<Job | undefined> {
    const state = await this.#load();
    if (state === undefined || isFinal(state.job.status)) return state?.job;
    return await this.#end(
      state,
      state.job.status === "cancelling" ? { status: "cancelled" } : { status: "failed", error },
    );
  }

  /** The job as the room knows it, or undefined where there is none. */
  async current(): Promise<Job | undefined> {
    return (await this.#load())?.job;
  }

  /** The aftermath of the job's end has been done. */
  async confirmSettled(): Promise<void> {
    const state = this.#record.state;
    if (state === undefined || !isFinal(state.job.status)) return;
    this.#record.save({ ...state, settled: true });
    await this.#plan();
  }

  /** Watching. The Worker has checked who asks; `?after=` names the last event that they have seen. */
  override async fetch(request: Request): Promise<Response> {
    const state = await this.#load();
    if (state === undefined) return new Response(null, { status: 404 });
    const response = this.#audience.open(request, Date.now());
    await this.#plan();
    return response;
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    this.#audience.receive(socket, data);
  }

  /** The one timer of the room: lost leases, lost messages, late read models, heartbeats, clean-up. */
  override async alarm(): Promise<void> {
    const state = this.#record.state;
    if (state === undefined) return;
    try {
      await this.#attend(state, Date.now());
    } finally {
      await this.#plan();
    }
  }

  async #attend(state: RoomState, now: number): Promise<void> {
    if (isFinal(state.job.status)) await this.#afterEnd(state, now);
    else if (state.lease !== null && state.lease.expires_at <= now) {
      const job = await this.#failed(state, lost, true);
      if (isFinal(job.status)) await this.#askToSettle(job);
    } else if (state.lease === null && state.expect_by <= now) await this.#dispatch(state, 0);
    if (this.#record.state !== undefined) await this.#audience.attend(now);
    if (this.#record.state !== undefined) await this.#followReadModel(now);
  }

  get #lease_ms(): number {
    return settingsOf(this.env).JOB_LEASE_MS;
  }

  #present(): RoomState {
    const { state } = this.#record;
    if (state === undefined) throw new Error("the room is empty");
    return state;
  }

  #leased(lease: string): RoomState | undefined {
    const { state } = this.#record;
    return state?.lease?.id === lease ? state : undefined;
  }

  /** The state, begun from the job's row in D1 at the first call. */
  async #load(): Promise<RoomState | undefined> {
    if (this.#record.state !== undefined) return this.#record.state;
    const [desk, id] = (this.ctx.id.name ?? "").split("/");
    if (desk === undefined || id === undefined || !isId("dsk", desk)) return undefined;
    const job = await findJob(openDatabase(this.env.DB, noCost()), desk satisfies DeskId, id);
    if (this.#record.state !== undefined || job === undefined) return this.#record.state;
    this.#record.begin({
      job,
      checkpoint: null,
      lease: null,
      failures: 0,
      expect_by: Date.now() + 2 * this.#lease_ms,
      settled: isFinal(job.status),
      read_model_seq: job.seq,
      read_model_at: Date.now(),
    });
    await this.#plan();
    return this.#record.state;
  }

  /** Appends the event, tells the audience, and lets the read model follow: at once on transitions. */
  async #change(state: RoomState, data: JobEvent["data"]): Promise<void> {
    const now = Date.now();
    const event = this.#record.append(state, data, now);
    this.#audience.tellOf(this.#present().job, event);
    if (data.status !== undefined || now - state.read_model_at >= READ_MODEL_MS)
      await this.#followReadModel(now, true);
  }

  async #end(state: RoomState, data: JobEvent["data"]): Promise<Job> {
    const expect_by = Date.now() + SETTLE_MS;
    await this.#change({ ...state, lease: null, settled: false, failures: 0, expect_by }, data);
    await this.#plan();
    return this.#present().job;
  }

  async #failed(state: RoomState, error: JobError, retryable: boolean): Promise<Job> {
    if (state.job.status === "cancelling") return await this.#end(state, { status: "cancelled" });
    const failures = state.failures + 1;
    if (!retryable || failures >= MAX_ATTEMPTS) return await this.#end(state, { status: "failed", error });
    await this.#change({ ...state, lease: null, failures }, { status: "queued" });
    await this.#dispatch(this.#present(), backoff_ms(failures));
    return this.#present().job;
  }

  /** Asks for the next slice. Should the message be lost, the alarm asks again. */
  async #dispatch(state: RoomState, delay_ms: number): Promise<void> {
    this.#record.save({ ...state, expect_by: Date.now() + delay_ms + 2 * this.#lease_ms });
    await this.#plan();
    const { desk_id, id, priority } = state.job;
    await sendMessage(this.env, priority, runMessage(desk_id, id), delay_ms);
  }

  async #afterEnd(state: RoomState, now: number): Promise<void> {
    if ((state.job.finished_at ?? 0) + KEPT_AFTER_END_MS <= now) {
      if (!state.settled) consoleLog().error("never settled", { job: state.job.id });
      await this.#record.forget();
    } else if (!state.settled && state.expect_by <= now) {
      const failures = state.failures + 1;
      this.#record.save({ ...state, failures, expect_by: now + settleAgain_ms(failures) });
      await this.#askToSettle(state.job);
    }
  }

  async #askToSettle({ desk_id, id, priority }: Job): Promise<void> {
    await sendMessage(this.env, priority, settleMessage(desk_id, id));
  }

  /** Writes the read model if it is behind and due. What fails is left to the alarm. */
  async #followReadModel(now: number, at_once = false): Promise<void> {
    const { job, read_model_at, read_model_seq } = this.#present();
    if (read_model_seq === job.seq || (!at_once && now - read_model_at < READ_MODEL_MS)) return;
    try {
      await followJob(openDatabase(this.env.DB, noCost()), job, now);
      const state = this.#present();
      this.#record.save({
        ...state,
        read_model_seq: Math.max(state.read_model_seq, job.seq),
        read_model_at: now,
      });
    } catch (error) {
      consoleLog().error("read model behind", { job: job.id, error });
    }
  }

  /** Sets the alarm to the next thing that is due. */
  async #plan(): Promise<void> {
    const { state } = this.#record;
    if (state === undefined) return;
    const now = Date.now();
    const due = nextDue(state, this.#audience.due);
    if (due !== undefined) await this.ctx.storage.setAlarm(Math.max(now + 10, due));
  }
}
