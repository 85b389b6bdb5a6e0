import type { Id } from "../../platform/ids.ts";
import type { LinkPurpose } from "./policy.ts";

export type Fact = [name: string, value: string];

/** One of several things that a mail tells. */
export interface Item {
  at: string;
  title: string;
  body: string;
}

/** What a mail says, before it becomes text and HTML. Names in it are plain text on one line each. */
export interface Letter {
  subject: string;
  to: string | undefined;
  paragraphs: string[];
  facts?: Fact[];
  items?: Item[];
  /** What the mail opens: `purpose` and `id` make its token. */
  link?: { purpose: LinkPurpose; id: Id<"prf" | "inv">; label: string; holds: string; endpoint: string };
  /** The path at which the API shows more of it. */
  details?: string;
  /** What to do for whoever did not ask for this. */
  otherwise: string;
}

const LONGEST_NAME = 200;

/** A name that others chose, without what breaks lines, hides or turns the direction of text. */
export function oneLine(text: string, longest = LONGEST_NAME): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .slice(0, longest);
}
