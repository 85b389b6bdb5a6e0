import { isoTime } from "../../platform/clock.ts";
import { type Fact, type Item, type Letter, oneLine } from "./letter.ts";
import type { DeskContent, News, NewsOf } from "./mail-content.ts";
import type { Topic } from "./policy.ts";

/** What there is to tell, in a subject and a sentence that also stand alone. */
export interface Told {
  subject: string;
  what: string;
  facts: Fact[];
  items?: Item[];
  /** The path at which the API shows more of it. */
  details: string;
}

/** The letter to a member; why it came, and how it is stopped, stands below. */
export function deskLetter(content: DeskContent): Letter {
  const { details, facts, items, subject, what } = toldOf(content);
  const desk = oneLine(content.desk_name);
  return {
    subject,
    to: oneLine(content.username),
    paragraphs: [what],
    facts: [["Desk", desk], ...facts],
    ...(items === undefined ? {} : { items }),
    details,
    otherwise: `You are told of this as a member of the desk “${desk}”.`,
  };
}

export const TOPIC_OF: Record<News["template"], Topic> = {
  job_finished: "job",
  batch_completed: "batch",
  optimization_completed: "optimization",
  experiment_completed: "experiment",
  trade_alert: "trade_alert",
  daily_pnl: "daily_pnl",
  webhook_disabled: "webhook",
  dead_letter: "dead_letter",
  daily_digest: "digest",
};

/** The words for what happened. Whatever others chose is on one line and of a bounded length in them. */
export function toldOf(news: News): Told {
  switch (news.template) {
    case "job_finished":
      return jobFinished(news);
    case "batch_completed":
      return batchCompleted(news);
    case "optimization_completed":
      return optimizationCompleted(news);
    case "experiment_completed":
      return experimentCompleted(news);
    case "trade_alert":
      return tradeAlert(news);
    case "daily_pnl":
      return dailyPnl(news);
    case "webhook_disabled":
      return webhookDisabled(news);
    case "dead_letter":
      return deadLetter(news);
    case "daily_digest":
      return dailyDigest(news);
  }
}

/** A short name, for subjects. */
const named = (text: string): string => oneLine(text, 80);
const inPath = (id: string): string => encodeURIComponent(id);
const plural = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

const ENDED: Record<NewsOf<"job_finished">["outcome"], string> = {
  succeeded: "has succeeded",
  failed: "has failed",
  cancelled: "was cancelled",
  expired: "has expired before it was done",
};

function jobFinished({ error, job_id, job_type, outcome, tags }: NewsOf<"job_finished">): Told {
  const facts: Fact[] = [
    ["Job", oneLine(job_id)],
    ["Type", oneLine(job_type)],
  ];
  if (tags.length > 0) facts.push(["Tags", oneLine(tags.join(", "))]);
  if (error !== null) facts.push(["Error", `${oneLine(error.message)} (${oneLine(error.code)})`]);
  return {
    subject: `Job ${outcome}: ${named(job_type)}`,
    what: `A job of the type ${named(job_type)} ${ENDED[outcome]}.`,
    facts,
    details: `/v1/jobs/${inPath(job_id)}`,
  };
}

const batchCompleted = (news: NewsOf<"batch_completed">): Told => ({
  subject: `Batch finished: ${news.succeeded} of ${news.total} succeeded`,
  what: `A batch of ${plural(news.total, "item")} is finished: ${news.succeeded} succeeded, ${news.failed} failed, ${news.cancelled} were cancelled.`,
  facts: [
    ["Batch", oneLine(news.batch_id)],
    ["Succeeded", String(news.succeeded)],
    ["Failed", String(news.failed)],
    ["Cancelled", String(news.cancelled)],
  ],
  details: `/v1/batches/${inPath(news.batch_id)}`,
});

const optimizationCompleted = (news: NewsOf<"optimization_completed">): Told => ({
  subject: `Optimisation finished: ${named(news.strategy)}`,
  what: `The optimisation of the strategy “${named(news.strategy)}” is finished after ${plural(news.trials_run, "trial")}. The best ${named(news.objective)} is ${news.best_value}.`,
  facts: [
    ["Optimisation", oneLine(news.optimization_id)],
    ["Strategy", oneLine(news.strategy)],
    ["Objective", oneLine(news.objective)],
    ["Best value", String(news.best_value)],
    ["Trials", String(news.trials_run)],
  ],
  details: `/v1/optimizations/${inPath(news.optimization_id)}`,
});

function experimentCompleted({ experiment_id, name, p_value, winner }: NewsOf<"experiment_completed">): Told {
  const result = winner === null ? "None of its strategies won." : `“${named(winner)}” won.`;
  const facts: Fact[] = [
    ["Test", oneLine(name)],
    ["Winner", winner === null ? "none" : oneLine(winner)],
  ];
  if (p_value !== null) facts.push(["p-value", String(p_value)]);
  return {
    subject: `A/B test finished: ${named(name)}`,
    what: `The A/B test “${named(name)}” is finished. ${result}`,
    facts,
    details: `/v1/experiments/${inPath(experiment_id)}`,
  };
}

function tradeAlert({ alert_id, order_id, price, quantity, side, symbol }: NewsOf<"trade_alert">): Told {
  const at = price === null ? "at the market" : `at ${named(price)}`;
  const trade = `${side} ${named(quantity)} ${named(symbol)} ${at}`;
  const order =
    order_id === null ? "No order was placed for it." : `The order ${oneLine(order_id)} was placed for it.`;
  return {
    subject: `Trade alert: ${trade}`,
    what: `An alert came in to ${trade}. ${order}`,
    facts: [
      ["Symbol", oneLine(symbol)],
      ["Side", side],
      ["Quantity", oneLine(quantity)],
      ["Price", price === null ? "market" : oneLine(price)],
      ["Order", order_id === null ? "none" : oneLine(order_id)],
      ["Alert", oneLine(alert_id)],
    ],
    details: order_id === null ? "/v1/alerts" : `/v1/orders/${inPath(order_id)}`,
  };
}

function dailyPnl(news: NewsOf<"daily_pnl">): Told {
  const { day, trades } = news;
  const [currency, realized, unrealized, equity] = [
    news.currency,
    news.realized,
    news.unrealized,
    news.equity,
  ].map((text) => oneLine(text, 80));
  return {
    subject: `Profit and loss of ${named(day)}: ${realized} ${currency}`,
    what: `On ${named(day)} the desk realised ${realized} ${currency} in ${plural(trades, "trade")}; ${unrealized} ${currency} is unrealised.`,
    facts: [
      ["Day", named(day)],
      ["Realised", `${realized} ${currency}`],
      ["Unrealised", `${unrealized} ${currency}`],
      ["Equity", `${equity} ${currency}`],
      ["Trades", String(trades)],
    ],
    details: "/v1/pnl",
  };
}

const webhookDisabled = ({ reason, url, webhook_id }: NewsOf<"webhook_disabled">): Told => ({
  subject: "A webhook was switched off",
  what: `The webhook to ${oneLine(url)} was switched off and is sent nothing any more. Mend the receiver, then switch it on again.`,
  facts: [
    ["Webhook", oneLine(webhook_id)],
    ["Address", oneLine(url)],
    ["Reason", oneLine(reason)],
  ],
  details: "/v1/webhooks",
});

const deadLetter = ({ dead_letter_id, job_id, queue }: NewsOf<"dead_letter">): Told => ({
  subject: "A message could not be handled",
  what: `A message of the queue ${named(queue)} could not be handled after every retry. It is kept, and can be replayed.`,
  facts: [
    ["Dead letter", oneLine(dead_letter_id)],
    ["Queue", oneLine(queue)],
    ["Job", job_id === null ? "none" : oneLine(job_id)],
  ],
  details: "/v1/jobs/dead-letters",
});

function dailyDigest({ day, items, more, uncounted }: NewsOf<"daily_digest">): Told {
  const count = items.length + more;
  const others = `${uncounted ? "more than " : ""}${more} more`;
  return {
    subject: `Your digest of ${named(day)}: ${uncounted ? "more than " : ""}${plural(count, "notice")}`,
    what: "This is what waited for your daily digest, the newest first.",
    facts: [],
    items: [
      ...items.map(({ at, body, title }) => ({
        at: `${isoTime(at).slice(0, 16).replace("T", " ")} UTC`,
        title: oneLine(title),
        body: oneLine(body, LONGEST_BODY),
      })),
      ...(more === 0 ? [] : [{ at: "", title: `… and ${others}`, body: "" }]),
    ],
    details: "/v1/notifications",
  };
}

/** Of a notice's sentence in a digest: none of the sentences above is longer. */
const LONGEST_BODY = 500;
