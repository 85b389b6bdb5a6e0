import type { Env } from "../../env.ts";
import { noCost } from "../../platform/cost.ts";
import { isId, type JobId } from "../../platform/ids.ts";
import { consoleLog } from "../../platform/log.ts";
import { roomOf } from "../jobs/rooms.ts";
import { CLOSE } from "../live/policy.ts";
import { dismiss, type Sockets } from "../live/sockets.ts";
import { watchRequest } from "../live/watcher.ts";
import { MAX_JOBS } from "./policy.ts";
import { type Subscription, SubscriptionRecord } from "./subscription-record.ts";

const keyOf = ({ job_id, socket }: Pick<Subscription, "socket" | "job_id">): string => `${socket} ${job_id}`;

/**
 * Forwards jobs' frames to the sockets that subscribed. For each, the feed is a client of the job's room with a socket
 * of its own: the room numbers, replays and holds back, and what was forwarded last is kept for the next upstream.
 */
export class Subscriptions {
  readonly #env: Env;
  readonly #desk: string;
  readonly #sockets: Sockets;
  readonly #record: SubscriptionRecord;
  readonly #upstreams = new Map<string, WebSocket>();
  readonly #opening = new Set<string>();

  constructor(ctx: DurableObjectState, env: Env, sockets: Sockets) {
    this.#env = env;
    this.#desk = (ctx.id.name ?? "").split("/")[0] ?? "";
    this.#sockets = sockets;
    this.#record = new SubscriptionRecord(ctx.storage);
  }

  get any(): boolean {
    return this.#record.all.length > 0;
  }

  /** Subscribing again to what one is subscribed to changes nothing. */
  async subscribe(socket: WebSocket, job_id: JobId, after: number | undefined): Promise<void> {
    const { id, who } = this.#sockets.stateOf(socket);
    if (this.#record.find(id, job_id) !== undefined) return;
    if (who?.reads_jobs !== true) refuse(socket, "access.not_allowed", job_id);
    else if (this.#record.countOf(id) >= MAX_JOBS) refuse(socket, "feeds.too_many_jobs", job_id);
    else {
      this.#record.save({ socket: id, job_id, seq: after ?? null });
      await this.#open({ socket: id, job_id });
    }
  }

  unsubscribe(socket: WebSocket, job_id: JobId): void {
    this.#end({ socket: this.#sockets.stateOf(socket).id, job_id });
  }

  /** Confirms to the room what the client has confirmed of a job. */
  confirm(socket: WebSocket, job_id: JobId, seq: number): void {
    const upstream = this.#upstreams.get(keyOf({ socket: this.#sockets.stateOf(socket).id, job_id }));
    if (upstream?.readyState === WebSocket.OPEN) upstream.send(JSON.stringify({ type: "ack", seq }));
  }

  /** Ends what belongs to no open socket, and opens again what an eviction or a failure has cut. */
  async revive(): Promise<void> {
    const open = new Set(this.#sockets.open.map((socket) => this.#sockets.stateOf(socket).id));
    for (const subscription of this.#record.all) {
      if (!open.has(subscription.socket)) this.#end(subscription);
      else if (!this.#upstreams.has(keyOf(subscription))) await this.#open(subscription);
    }
  }

  /** One at a time for a subscription; it may end while the room answers. */
  async #open(of: Pick<Subscription, "socket" | "job_id">): Promise<void> {
    const key = keyOf(of);
    if (this.#opening.has(key)) return;
    this.#opening.add(key);
    try {
      const answer = await this.#callRoom(of);
      const upstream = answer.webSocket;
      if (this.#record.find(of.socket, of.job_id) === undefined) {
        upstream?.accept();
        upstream?.close(CLOSE.ended);
      } else if (upstream) this.#follow(of, upstream);
      else {
        const client = this.#clientOf(of.socket);
        if (client)
          refuse(client, answer.status === 404 ? "jobs.not_found" : "live.too_many_watchers", of.job_id);
        this.#record.drop(of);
      }
    } catch (error) {
      consoleLog().error("job not followed", { job: of.job_id, error });
    } finally {
      this.#opening.delete(key);
    }
  }

  async #callRoom({ job_id, socket }: Pick<Subscription, "socket" | "job_id">): Promise<Response> {
    if (!isId("dsk", this.#desk) || !isId("job", job_id)) return new Response(null, { status: 404 });
    const after = this.#record.find(socket, job_id)?.seq ?? undefined;
    const room = roomOf({ env: this.#env, cost: noCost() }, this.#desk, job_id);
    return await room.fetch(watchRequest({ after, protocol: undefined, socket: true, who: null }));
  }

  #follow(of: Pick<Subscription, "socket" | "job_id">, upstream: WebSocket): void {
    this.#upstreams.set(keyOf(of), upstream);
    upstream.addEventListener("message", ({ data }) => this.#forward(of, String(data)));
    upstream.addEventListener("close", ({ code }) => {
      if (this.#upstreams.get(keyOf(of)) !== upstream) return;
      this.#upstreams.delete(keyOf(of));
      if (code === CLOSE.ended) this.#record.drop(of);
      const client = code === CLOSE.come_back ? this.#clientOf(of.socket) : undefined;
      if (client) dismiss(client);
    });
    upstream.accept();
  }

  #forward(of: Pick<Subscription, "socket" | "job_id">, text: string): void {
    const frame: { type: string; seq?: number } = JSON.parse(text);
    const known = this.#record.find(of.socket, of.job_id);
    const client = this.#clientOf(of.socket);
    if (frame.seq === undefined || known === undefined || client === undefined) return;
    if (frame.type === "event" && frame.seq <= (known.seq ?? -1)) return;
    this.#record.save({ ...known, seq: frame.seq });
    client.send(frame.type === "event" ? text : JSON.stringify({ ...frame, job_id: of.job_id }));
  }

  #end(of: Pick<Subscription, "socket" | "job_id">): void {
    this.#record.drop(of);
    const upstream = this.#upstreams.get(keyOf(of));
    this.#upstreams.delete(keyOf(of));
    if (upstream?.readyState === WebSocket.OPEN) upstream.close(CLOSE.ended);
  }

  #clientOf(id: string): WebSocket | undefined {
    return this.#sockets.open.find((socket) => this.#sockets.stateOf(socket).id === id);
  }
}

const refuse = (socket: WebSocket, code: string, job_id: string): void =>
  socket.send(JSON.stringify({ type: "error", code, job_id }));
