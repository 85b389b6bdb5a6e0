import { z } from "zod";
import { Client } from "../scripts/client.ts";
import { newAccount } from "../scripts/sample.ts";
import { type DeskId, idSchema } from "../src/platform/ids.ts";
import type { BenchServer } from "./server.ts";

const me = z.object({ user: z.object({ id: z.string() }), desk: z.object({ id: idSchema("dsk") }) });

export interface Desk {
  client: Client;
  token: string;
  desk: DeskId;
  user: string;
}

/** A desk with nothing in it, whose owner is logged in. */
export async function newDesk(server: BenchServer): Promise<Desk> {
  const client = new Client(server.url);
  const account = newAccount();
  await client.register(account);
  const token = await client.logIn(account);
  const { desk, user } = me.parse(await (await client.call("GET", "/v1/me")).json());
  return { client, token, desk: desk.id, user: user.id };
}
