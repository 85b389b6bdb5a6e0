import { z } from "zod";

const problem = z.object({ code: z.string(), detail: z.string(), errors: z.array(z.unknown()).optional() });
const progress = z.object({ phase: z.string(), fraction: z.number(), message: z.string() });
const jobError = z.object({ code: z.string(), message: z.string() });

const job = z.object({
  id: z.string(),
  status: z.string(),
  progress,
  error: jobError.nullable(),
  finished_at: z.string().nullable(),
  seq: z.number(),
});
export type Job = z.infer<typeof job>;

const tokens = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number() });
const ticket = z.object({ ticket: z.string() });

const document = z.object({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  chunk_count: z.number().nullable(),
  job: job.nullish(),
});
export type Document = z.infer<typeof document>;

const locator = z.object({
  page: z.number().optional(),
  chapter: z.number().optional(),
  cell: z.number().optional(),
  heading: z.string().optional(),
  start: z.number(),
  end: z.number(),
});
export type Locator = z.infer<typeof locator>;

const chunk = z.object({ id: z.string(), index: z.number(), text: z.string(), locator });
export type Chunk = z.infer<typeof chunk>;
const chunkPage = z.object({ data: z.array(chunk), next_cursor: z.string().nullable() });

const hit = z.object({
  id: z.string(),
  document_id: z.string(),
  title: z.string(),
  text: z.string(),
  score: z.number(),
  locator,
  highlights: z.array(z.object({ start: z.number(), end: z.number() })),
});
export type Hit = z.infer<typeof hit>;
const searchAnswer = z.object({ results: z.array(hit), total: z.number(), took_ms: z.number() });

/** A frame of a job's socket; an event says what changed, a snapshot is the whole job. */
const frame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("snapshot"), seq: z.number(), job }),
  z.object({
    type: z.literal("event"),
    seq: z.number(),
    data: z.object({ status: z.string(), progress, error: jobError.nullable() }).partial(),
  }),
  z.object({ type: z.literal("heartbeat") }),
  z.object({ type: z.literal("pong") }),
]);
export type Frame = z.infer<typeof frame>;
export const parseFrame = (text: string): Frame => frame.parse(JSON.parse(text));

export interface Account {
  email: string;
  username: string;
  password: string;
}

/** What the server refused, with the code that says why. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(`${code} (${status}): ${detail}`);
    this.status = status;
    this.code = code;
  }
}

/** The public API, as far as the scripts of this project speak it. */
export class Client {
  readonly url: string;
  #token: string | undefined;

  constructor(url: string) {
    this.url = url.replace(/\/$/, "");
  }

  async register(account: Account): Promise<void> {
    await this.call("POST", "/v1/auth/register", JSON.stringify(account));
  }

  /** Verifies an address by the mail to it that a local Worker shows instead of sending it. */
  async verifyLocally({ email }: Pick<Account, "email">): Promise<void> {
    const outbox = await (await this.call("GET", "/outbox")).text();
    const token = /#verify_email=([\w.-]+)/.exec(outbox.slice(outbox.indexOf(email)))?.[1];
    if (token === undefined) throw new Error(`There is no mail to ${email} at ${this.url}/outbox.`);
    await this.call("POST", "/v1/auth/email/verify", JSON.stringify({ token }));
  }

  /** Opens a session; the calls that follow belong to it. Answers its access token. */
  async logIn({ email, password }: Pick<Account, "email" | "password">): Promise<string> {
    const answer = await this.call("POST", "/v1/auth/login", JSON.stringify({ email, password }));
    this.#token = tokens.parse(await answer.json()).access_token;
    return this.#token;
  }

  /** Sends a file as multipart; one from `fs.openAsBlob` is streamed from the disk. */
  async upload(file: Blob, name: string): Promise<Document> {
    const form = new FormData();
    form.set("file", file, name);
    return document.parse(await (await this.call("POST", "/v1/documents", form)).json());
  }

  /** Has a data set of made-up bars made. */
  async makeSampleBars(of: object): Promise<void> {
    await this.call("POST", "/v1/datasets/sample", JSON.stringify(of));
  }

  async document(id: string): Promise<Document> {
    return document.parse(await (await this.call("GET", `/v1/documents/${id}`)).json());
  }

  async chunks(id: string, cursor?: string): Promise<z.infer<typeof chunkPage>> {
    const query = new URLSearchParams({ limit: "100", ...(cursor === undefined ? {} : { cursor }) });
    return chunkPage.parse(await (await this.call("GET", `/v1/documents/${id}/chunks?${query}`)).json());
  }

  async job(id: string): Promise<Job> {
    return job.parse(await (await this.call("GET", `/v1/jobs/${id}`)).json());
  }

  async search(query: string, document_ids: string[], limit = 5): Promise<z.infer<typeof searchAnswer>> {
    const body = JSON.stringify({ query, limit, filters: { document_ids } });
    return searchAnswer.parse(await (await this.call("POST", "/v1/search", body)).json());
  }

  async ticket(): Promise<string> {
    return ticket.parse(await (await this.call("POST", "/v1/tickets")).json()).ticket;
  }

  /** One call; any answer that is not a success throws what the server said. */
  async call(method: string, path: string, body?: string | FormData): Promise<Response> {
    const headers = new Headers();
    if (this.#token !== undefined) headers.set("authorization", `Bearer ${this.#token}`);
    if (typeof body === "string") headers.set("content-type", "application/json");
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    if (answer.ok) return answer;
    const said = await answer.text();
    const known = problem.safeParse(jsonOf(said));
    if (!known.success) throw new Refused(answer.status, "http", said.slice(0, 500));
    const { code, detail, errors } = known.data;
    throw new Refused(answer.status, code, errors ? `${detail} ${JSON.stringify(errors)}` : detail);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
