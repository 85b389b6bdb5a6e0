import { TOPICS, type Topic } from "../delivery/policy.ts";

/** Asks before anything is done; the form goes to the address at which the page stands. */
export const askPage = (topic: Topic): string =>
  page(
    "Stop these mails",
    `<p>Bourse sends you mail about ${TOPICS[topic]} from a desk that you are on. Stop it?</p>
      <form method="post">
        <button type="submit">Stop mail about ${TOPICS[topic]}</button>
      </form>`,
  );

export const donePage = (topic: Topic): string =>
  page(
    "These mails have stopped",
    `<p>Bourse sends you no more mail about ${TOPICS[topic]} from that desk. Mail about your account still comes.</p>
      <p>You can switch it on again in your notification preferences. You can close this page.</p>`,
  );

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>Bourse: ${title.toLowerCase()}</title>
    <link rel="stylesheet" href="/site.css">
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      ${body}
    </main>
  </body>
</html>
`;
