import { randomFrom } from "../../src/modules/search/vectors/random.ts";
import { word } from "../fill.ts";
import { documentId, type MadeDocument } from "./protocol.ts";

/** A library of a made-up language, the same in every run: its words are as frequent as Zipf's law has them. */

const VOCABULARY = 50_000;
const TOPICS = 300;
const WORDS_OF_TOPIC = 60;
/** Words as frequent as those that a query drops; a topic has none of them. */
const FUNCTION_WORDS = 32;
const SHARE_OF_TOPIC = 0.35;
const CHUNKS_OF_DOCUMENT = 100;
const SHORTEST = 60;
const LONGEST = 140;

type Random = () => number;

const below = (random: Random, limit: number): number => Math.floor(limit * random());
/** A rank in [from, to), small ones more often, as 1/rank. */
const zipf = (random: Random, from: number, to: number): number => Math.floor(from * (to / from) ** random());

/** Words that stand together again and again; what gives a library its meanings. */
const topics: readonly (readonly string[])[] = (() => {
  const random = randomFrom(11);
  const some = () =>
    Array.from({ length: WORDS_OF_TOPIC }, () => word(zipf(random, FUNCTION_WORDS, VOCABULARY)));
  return Array.from({ length: TOPICS }, some);
})();

const topicWord = (random: Random, topic: number): string =>
  topics[topic]?.[zipf(random, 1, WORDS_OF_TOPIC)] ?? "";

function text(random: Random, topic: number, length: number, share = SHARE_OF_TOPIC, from = 1): string {
  const next = () => (random() < share ? topicWord(random, topic) : word(zipf(random, from, VOCABULARY)));
  return Array.from({ length }, next).join(" ");
}

/** Documents that give so many chunks: each of a hundred sections is one, and most are about the document's topic. */
export function* madeDocuments(chunks: number): Generator<MadeDocument> {
  const random = randomFrom(7);
  for (let number = 0; number * CHUNKS_OF_DOCUMENT < chunks; number += 1) {
    const topic = below(random, TOPICS);
    const sections = Math.min(CHUNKS_OF_DOCUMENT, chunks - number * CHUNKS_OF_DOCUMENT);
    yield {
      id: documentId(number),
      title: text(random, topic, 4, 0.5),
      units: Array.from({ length: sections }, () => {
        const about = random() < 0.7 ? topic : below(random, TOPICS);
        const length = SHORTEST + below(random, LONGEST - SHORTEST + 1);
        return { heading: text(random, about, 3, 0.5), text: `${text(random, about, length)}.` };
      }),
    };
  }
}

/** Queries of 2 to 6 words, mostly of one topic and none a function word; no two are the same. */
export function madeQueries(count: number): string[] {
  const random = randomFrom(5);
  const queries = new Set<string>();
  while (queries.size < count)
    queries.add(text(random, below(random, TOPICS), 2 + below(random, 5), 0.7, FUNCTION_WORDS));
  return [...queries];
}
