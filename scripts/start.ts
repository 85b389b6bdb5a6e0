import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { type Account, Client, Refused } from "./client.ts";
import { inProject, makeFolder, runMain, textOf } from "./project.ts";
import { newAccount, SAMPLE_BARS, SAMPLE_NAME, sampleFile } from "./sample.ts";
import { claimPort, startServer, stopOnSignal } from "./server.ts";

const ACCOUNT_FILE = inProject(".wrangler", "sample-account.json");
const savedAccount = z.object({ email: z.string(), username: z.string(), password: z.string() });

async function portOf(): Promise<number> {
  const { values } = parseArgs({ options: { port: { type: "string" } } });
  const text = values.port ?? process.env.PORT ?? "8787";
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`A port is a number from 1 to 65535, not "${text}".`);
  }
  if ((await claimPort(port)) !== undefined) return port;
  throw new Error(
    `Port ${port} is taken by another program. Stop it, or choose another port: npm start -- --port ${port + 1}`,
  );
}

async function knownAccount(client: Client): Promise<Account | undefined> {
  const text = await textOf(ACCOUNT_FILE);
  if (text === undefined) return undefined;
  const account = savedAccount.parse(JSON.parse(text));
  try {
    await client.logIn(account);
    return account;
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return undefined;
    throw error;
  }
}

/** The account of the last start while its data is there, else a new one with the handbook in its library and sample bars. */
async function sampleAccount(client: Client): Promise<Account> {
  const known = await knownAccount(client);
  if (known !== undefined) return known;
  const account = newAccount();
  await client.register(account);
  await client.verifyLocally(account);
  await client.logIn(account);
  await client.upload(await sampleFile(), SAMPLE_NAME);
  await client.makeSampleBars(SAMPLE_BARS);
  await makeFolder(inProject(".wrangler"));
  await writeFile(ACCOUNT_FILE, `${JSON.stringify(account, null, 2)}\n`, { mode: 0o600 });
  return account;
}

function welcome(url: string, { email, password }: Account): string {
  const body = JSON.stringify({ email, password });
  return `
  Bourse runs at ${url}

    Try the API      ${url}/docs
    Read about it    ${url}/redoc
    OpenAPI          ${url}/openapi.json
    Read its mail    ${url}/outbox

  A sample desk with a small handbook in its library and ten years of made-up daily bars:

    e-mail     ${email}
    password   ${password}

    curl ${url}/v1/auth/login -H 'content-type: application/json' -d '${body}'

  Ctrl-C stops it.
`;
}

await runMain(async () => {
  const port = await portOf();
  const starting = startServer({ port, say: (step) => console.log(`${step} …`) });
  stopOnSignal(async () => (await starting).stop());
  const server = await starting;
  console.log(welcome(server.url, await sampleAccount(new Client(server.url))));
  server.process.onLine = (line) => console.log(line);
  await server.process.ended;
  throw new Error(`The Worker stopped by itself. The last it said:\n${server.process.lastWords}`);
});
