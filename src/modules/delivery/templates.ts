import { accountLetter } from "./account-letters.ts";
import { deskLetter, TOPIC_OF } from "./desk-letters.ts";
import type { Letter } from "./letter.ts";
import type { DeskContent, MailContent } from "./mail-content.ts";

/** Whether the mail is a desk's, which its reader may stop; those about an account are not. */
export const isOfDesk = (content: MailContent): content is DeskContent => content.template in TOPIC_OF;

/** The letter of a mail that was written at `when`. */
export const letterOf = (content: MailContent, when: string): Letter =>
  isOfDesk(content) ? deskLetter(content) : accountLetter(content, when);
