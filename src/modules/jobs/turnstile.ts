import { DurableObject } from "cloudflare:workers";
import { type Env, settingsOf } from "../../env.ts";
import { systemClock } from "../../platform/clock.ts";
import { isId } from "../../platform/ids.ts";
import { consoleLog } from "../../platform/log.ts";
import { runMessage, sendMessage } from "./message.ts";
import { ASK_AGAIN_MS } from "./policy.ts";
import { FEWEST_SLOTS, nextPriority, resendAfter_ms, type Ticket } from "./turnstile-policy.ts";
import { type Granted, Tickets } from "./turnstile-record.ts";

/**
 * The turnstile of one desk, named after it: grants slices to the desk's jobs, so many at once as its plan has slots.
 * What waits, waits here and not in a queue; so a desk never has more messages in a queue than that has consumers.
 */
export class DeskTurnstile extends DurableObject<Env> {
  readonly #tickets: Tickets;
  #alarm_at: number | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#tickets = new Tickets(ctx.storage);
  }

  /** The job wants its next slice. It gives back the one that it had, and keeps its place if it waits already. */
  async enter(ticket: Ticket, slots?: number): Promise<void> {
    const tickets = this.#tickets;
    await this.#grantAfter(() => {
      if (slots !== undefined && slots !== tickets.slots) tickets.slots = slots;
      tickets.wait(ticket);
    });
  }

  /** The job wants no slice now: it has ended, is paused, or waits for something else. */
  async leave(job_id: string): Promise<void> {
    await this.#grantAfter(() => this.#tickets.drop(job_id));
  }

  /** Nothing came of this grant. A ticket that the job has taken since stays. */
  async giveBack(job_id: string, grant: number): Promise<void> {
    await this.#grantAfter(() => this.#tickets.drop(job_id, grant));
  }

  /** Sends again what was granted and never heard of. A copy does nothing: a room takes each grant once. */
  override async alarm(): Promise<void> {
    this.#alarm_at = undefined;
    const now = systemClock.now();
    for (const granted of this.#tickets.unheard(now)) {
      this.#tickets.sentAgain(granted.job_id);
      this.#tickets.resendAt(granted.job_id, now + this.#patience_ms(granted.sent + 1));
      await this.#send(granted);
    }
    await this.#grantAfter(() => {});
  }

  /** Changes the tickets and grants what is free then, in one step; the messages follow, and the alarm sees to them. */
  async #grantAfter(change: () => void): Promise<void> {
    const granted = this.ctx.storage.transactionSync(() => {
      change();
      return this.#grantFree();
    });
    await this.#plan();
    for (const one of granted) await this.#send(one);
  }

  /** Sets the alarm if it must come earlier; one that comes for nothing plans the next. */
  async #plan(): Promise<void> {
    const next = this.#tickets.nextResend();
    if (next === undefined || (this.#alarm_at !== undefined && this.#alarm_at <= next)) return;
    this.#alarm_at = next;
    await this.ctx.storage.setAlarm(next);
  }

  #grantFree(): Granted[] {
    const tickets = this.#tickets;
    const slots = tickets.slots ?? FEWEST_SLOTS;
    const per_priority = settingsOf(this.env).JOB_CONSUMERS;
    const granted: Granted[] = [];
    for (let used = tickets.grantedCount; used < slots; used += 1) {
      const firsts = tickets.firsts(per_priority);
      const next = nextPriority(tickets.passes, [...firsts.keys()]);
      const job_id = next && firsts.get(next[0]);
      if (next === undefined || job_id === undefined) break;
      tickets.passes = next[1];
      granted.push(tickets.grant(job_id, systemClock.now() + this.#patience_ms(1)));
    }
    return granted;
  }

  async #send({ granted, job_id, priority }: Granted): Promise<void> {
    const desk = this.ctx.id.name ?? "";
    if (!isId("dsk", desk) || !isId("job", job_id)) throw new Error(`no turnstile of a desk: ${desk}`);
    try {
      await sendMessage(this.env, priority, runMessage(desk, job_id, granted));
    } catch (error) {
      consoleLog().error("a slice's message is sent later", { desk, job: job_id, error });
      this.#tickets.resendAt(job_id, systemClock.now() + ASK_AGAIN_MS);
      await this.#plan();
    }
  }

  #patience_ms(sent: number): number {
    return resendAfter_ms(settingsOf(this.env).JOB_LEASE_MS, sent);
  }
}
