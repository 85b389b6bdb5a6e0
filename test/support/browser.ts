import { type Account, type Call, call } from "./desk.ts";

export const ORIGIN = "https://bourse.test";

/** A page of ours: the cookie that its browser sends, and the token that only the page has. */
export interface Page {
  cookie: string;
  csrf_token: string;
}

/** The session cookie that an answer sets, as a browser would send it back. */
export const cookieIn = (answer: Response): string =>
  (answer.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";

/** The id of the session behind a page. */
export const sessionOf = ({ cookie }: Page): string => /=(ses_[0-9a-f]{32})\./.exec(cookie)?.[1] ?? "";

export async function openPage({ email, password }: Pick<Account, "email" | "password">): Promise<Page> {
  const answer = await call("/v1/auth/login", { json: { email, password, cookie: true } });
  if (answer.status !== 200) throw new Error(`page: ${answer.status} ${await answer.text()}`);
  const { csrf_token } = await answer.json<{ csrf_token: string }>();
  return { cookie: cookieIn(answer), csrf_token };
}

/** What a browser sends when a page of ours calls: cookie and origin, and the CSRF token that the page adds. */
export const fromPage = ({ cookie, csrf_token }: Page): NonNullable<Call["headers"]> => ({
  cookie,
  origin: ORIGIN,
  "x-csrf-token": csrf_token,
});
