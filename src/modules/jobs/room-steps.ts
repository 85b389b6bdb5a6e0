import { type Env, settingsOf } from "../../env.ts";
import { systemClock } from "../../platform/clock.ts";
import { noCost } from "../../platform/cost.ts";
import { openDatabase } from "../../platform/database.ts";
import { type DeskId, isId } from "../../platform/ids.ts";
import { consoleLog } from "../../platform/log.ts";
import type { Job, JobError, JobEvent } from "./job.ts";
import { sendMessage, settleMessage } from "./message.ts";
import { ASK_AGAIN_MS, backoff_ms, MAX_ATTEMPTS, READ_MODEL_MS, SETTLE_MS } from "./policy.ts";
import { writeReadModel } from "./read-model.ts";
import type { RoomAudience } from "./room-audience.ts";
import { nextDue, type RoomRecord, type RoomState } from "./room-record.ts";
import { findJob } from "./store.ts";
import { type TurnstileApi, ticketOf, turnstileOf } from "./turnstiles.ts";

/** The steps that a room's methods are made of: each leaves a state that the room can go on from after a crash. */
export class RoomSteps {
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  readonly #record: RoomRecord;
  readonly #audience: RoomAudience;
  #alarm_at: number | undefined;
  /** The latest call of the turnstile: the next waits for it, so that no leave overtakes the enter after it. */
  #atTurnstile: Promise<void> = Promise.resolve();
  /** The latest write of the read model: the next waits for it, so that no row of the audit log goes in twice. */
  #writing: Promise<void> = Promise.resolve();
  /** What the room itself has used since it came into memory. */
  readonly #cost = noCost();

  constructor(ctx: DurableObjectState, env: Env, record: RoomRecord, audience: RoomAudience) {
    this.#ctx = ctx;
    this.#env = env;
    this.#record = record;
    this.#audience = audience;
  }

  get lease_ms(): number {
    return settingsOf(this.#env).JOB_LEASE_MS;
  }

  /** The state, begun from the job's row in D1 at the first call; undefined where there is no such job. */
  async load(): Promise<RoomState | undefined> {
    if (this.#record.state !== undefined) return this.#record.state;
    const [desk, id] = (this.#ctx.id.name ?? "").split("/");
    if (desk === undefined || id === undefined || !isId("dsk", desk)) return undefined;
    const job = await findJob(openDatabase(this.#env.DB, this.#cost), desk satisfies DeskId, id);
    if (this.#record.state !== undefined || job === undefined) return this.#record.state;
    this.#record.begin(job, systemClock.now());
    await this.plan();
    return this.#record.state;
  }

  present(): RoomState {
    const { state } = this.#record;
    if (state === undefined) throw new Error("the room is empty");
    return state;
  }

  /** Appends the event, tells the audience, and lets the read model follow: at once on transitions. */
  async change(state: RoomState, data: JobEvent["data"]): Promise<Job> {
    const now = systemClock.now();
    const event = this.#record.append(state, data, now);
    this.#audience.tellOf(this.present().job, event);
    const at_once = data.status !== undefined || data.requested !== undefined;
    if (at_once || now - state.read_model_at >= READ_MODEL_MS) await this.followReadModel(now, true);
    return this.present().job;
  }

  /** Ends the job so, unless a cancel was accepted before: that holds. */
  async end(state: RoomState, data: JobEvent["data"]): Promise<Job> {
    const held = state.job.status === "cancelling" ? { status: "cancelled" as const } : data;
    const ended = {
      ...state,
      lease: null,
      settled: false,
      failures: 0,
      act_at: systemClock.now() + SETTLE_MS,
    };
    const requested = state.job.requested === null ? {} : { requested: null };
    const slot = this.leave();
    await this.change(ended, { ...held, ...requested, estimated_end: null });
    await slot;
    await this.plan();
    this.#logEnd();
    return this.present().job;
  }

  #logEnd(): void {
    const { attempts, created_at, finished_at, id: job, started_at, status, type } = this.present().job;
    const waited_ms = (started_at ?? finished_at ?? created_at) - created_at;
    const ran_ms = started_at === null || finished_at === null ? null : finished_at - started_at;
    const cost = settingsOf(this.#env).REPORT_COST ? { cost: this.#cost } : {};
    consoleLog().info("job ended", { job, type, status, attempts, waited_ms, ran_ms, ...cost });
  }

  /** Ends what has run out of time or was cancelled, pauses what was asked to, else tries again later, or gives up. */
  async failed(state: RoomState, error: JobError, retryable: boolean): Promise<Job> {
    const failures = state.failures + 1;
    const last = !retryable || failures >= MAX_ATTEMPTS || state.job.status === "cancelling";
    if (last) return await this.end(state, { status: "failed", error });
    if (state.job.requested === "pause") return await this.pause({ ...state, failures });
    const act_at = systemClock.now() + backoff_ms(failures);
    const slot = this.leave();
    await this.change({ ...state, lease: null, failures, act_at }, { status: "queued", estimated_end: null });
    await slot;
    await this.plan();
    return this.present().job;
  }

  async pause(state: RoomState): Promise<Job> {
    const slot = this.leave();
    const rest = { ...state, lease: null, act_at: null, baseline: null };
    await this.change(rest, { status: "paused", requested: null, estimated_end: null });
    await slot;
    await this.plan();
    return this.present().job;
  }

  /** When the alarm asks for a slice, should the call that is about to ask for it never come to that. */
  askAgainAt = (): number => systemClock.now() + ASK_AGAIN_MS;

  /** Asks the desk's turnstile for a slice; that sees to it from then on. What fails is asked again by the alarm. */
  async dispatch(state: RoomState): Promise<void> {
    const act_at = this.askAgainAt();
    this.#record.save({ ...state, act_at });
    await this.plan();
    try {
      await this.#inTurn((turnstile) => turnstile.enter(ticketOf(state.job)));
    } catch (error) {
      consoleLog().error("no ticket yet", { job: state.job.id, error });
      return;
    }
    const now = this.present(); // a fast slice may have failed meanwhile: its back-off stays
    if (now.lease === null && now.act_at === act_at) this.#record.save({ ...now, act_at: null });
  }

  /** Gives the slot back. Should that fail, the turnstile hears of it when it asks after the job. */
  async leave(): Promise<void> {
    const { job } = this.present();
    try {
      await this.#inTurn((turnstile) => turnstile.leave(job.id));
    } catch (error) {
      consoleLog().error("slot kept", { job: job.id, error });
    }
  }

  #inTurn(ask: (turnstile: TurnstileApi) => Promise<void>): Promise<void> {
    const turnstile = turnstileOf({ env: this.#env, cost: this.#cost }, this.present().job.desk_id);
    const asked = this.#atTurnstile.then(() => ask(turnstile));
    this.#atTurnstile = asked.catch(() => {}); // whoever asked has it
    return asked;
  }

  async askToSettle({ desk_id, id, priority }: Job): Promise<void> {
    await sendMessage(this.#env, priority, settleMessage(desk_id, id));
  }

  /** Writes the read model if it is behind and due. What fails is left to the alarm. */
  followReadModel(now: number, at_once = false): Promise<void> {
    this.#writing = this.#writing.then(() => this.#follow(now, at_once));
    return this.#writing;
  }

  async #follow(now: number, at_once: boolean): Promise<void> {
    if (this.#record.state === undefined) return;
    const { job, read_model_at, read_model_seq, steered } = this.present();
    if (read_model_seq === job.seq || (!at_once && now - read_model_at < READ_MODEL_MS)) return;
    try {
      await writeReadModel(this.#env, this.#cost, job, steered, now);
      const state = this.present();
      this.#record.save({
        ...state,
        steered: state.steered.slice(steered.length),
        read_model_seq: Math.max(state.read_model_seq, job.seq),
        read_model_at: now,
      });
    } catch (error) {
      consoleLog().error("read model behind", { job: job.id, error });
    }
  }

  /** To be called when the alarm has come. */
  alarmCame(): void {
    this.#alarm_at = undefined;
  }

  /** Sets the alarm if something is due before it; one that comes too early plans the next. */
  async plan(): Promise<void> {
    const { state } = this.#record;
    if (state === undefined) return;
    const now = systemClock.now();
    const due = nextDue(state, this.#audience.due);
    if (due === undefined) return;
    const at = Math.max(now + 10, due); // overdue or not: the next call puts it off no further
    if (this.#alarm_at !== undefined && this.#alarm_at <= at) return;
    this.#alarm_at = at;
    await this.#ctx.storage.setAlarm(at);
  }
}
