import type { Statement } from "../../platform/database.ts";
import { runBatch } from "../../platform/database.ts";
import { reach } from "../../platform/faults.ts";
import { type MailId, newId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { TOPIC_OF, toldOf } from "../delivery/desk-letters.ts";
import type { News } from "../delivery/mail-content.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { insertMailIfChanged } from "../delivery/store.ts";
import { type Reader, selectReaders } from "../directory/reader-store.ts";
import type { Listener, PublishedEvent } from "../events/publish.ts";
import { planDigestIfChanged } from "./digest-store.ts";
import { tellFeeds } from "./feed.ts";
import { mailIdOf } from "./mail-id.ts";
import { newsOf } from "./news.ts";
import { GROUP, type Kind, MAX_READERS, nextDigest } from "./policy.ts";
import { type Chosen, findAllPreferences } from "./preference-store.ts";
import { insertNotification } from "./store.ts";

/**
 * Tells people of events, each as they want it. A person's notice, their mail and the plan of their digest are one
 * batch, in which all hangs on the notice being new: hearing of an event again tells nobody twice.
 */
export const notificationListener: Listener = {
  async hear(platform, event) {
    const news = newsOf(event);
    if (news === undefined) return;
    const { db } = platform;
    const desk = event.desk_id;
    const readers = await selectReaders(db, desk, event.user_id, MAX_READERS);
    if (readers.length === 0) return;
    const users = readers.map(({ user_id }) => user_id);
    const chosen = await findAllPreferences(db, desk, users);
    const tellings = await Promise.all(
      readers.map((reader) => tellingOf(platform, event, news, reader, chosen(reader.user_id))),
    );
    const told = tellings.filter((telling) => telling !== undefined);
    for (let at = 0; at < told.length; at += GROUP) {
      const [first, ...rest] = told.slice(at, at + GROUP).flatMap(({ statements }) => statements);
      if (first !== undefined) await runBatch(db, first, ...rest);
    }
    await reach("notice.written", event.id);
    for (const { mail } of told) if (mail !== undefined) sendMailSoon(platform, mail);
    await tellFeeds(platform, desk, event.id);
  },
};

interface Telling {
  statements: Statement[];
  mail: MailId | undefined;
}

/** How one reader is told; undefined where they want to hear nothing of it. Mail goes only to an address that is theirs. */
async function tellingOf(
  platform: Platform,
  event: PublishedEvent,
  news: News,
  reader: Reader,
  chosen: Chosen,
): Promise<Telling | undefined> {
  const { clock, db } = platform;
  const [desk, user, now] = [event.desk_id, reader.user_id, clock.now()];
  const kind = kindOf(news);
  const { in_product, mail: wanted } = chosen.kinds[kind];
  const by_mail = reader.email_verified_at === null ? "off" : wanted;
  if (!in_product && by_mail === "off") return undefined;
  const { details, subject, what } = toldOf(news);
  const notice = insertNotification(db, {
    id: newId("ntf"),
    desk_id: desk,
    user_id: user,
    event_id: event.id,
    kind,
    type: event.type,
    title: subject,
    body: what,
    link: details,
    in_product,
    digest: by_mail === "daily" ? "waiting" : "none",
    created_at: now,
    read_at: in_product ? null : now,
  });
  if (by_mail === "off") return { statements: [notice], mail: undefined };
  if (by_mail === "daily") {
    const due_at = nextDigest(now, chosen.digest_hour);
    return { statements: [notice, planDigestIfChanged(db, desk, user, due_at)], mail: undefined };
  }
  const { desk_name, email, username } = reader;
  const id = await mailIdOf(user, event.id);
  const content = { ...news, username, user, desk, desk_name };
  const mail = insertMailIfChanged(db, { id, desk, recipient: email, content, now });
  return { statements: [notice, mail], mail: id };
}

function kindOf({ template }: News): Kind {
  const topic = TOPIC_OF[template];
  if (topic === "digest") throw new Error("a digest is told of nowhere else");
  return topic;
}
