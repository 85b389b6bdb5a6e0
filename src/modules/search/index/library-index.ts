import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../../env.ts";
import { systemClock } from "../../../platform/clock.ts";
import { setAlarmBy } from "../../../platform/durable-objects.ts";
import type { ChunkId, DocumentId, UserId } from "../../../platform/ids.ts";
import type { LsaModel } from "../vectors/lsa.ts";
import type { WordTable } from "../vectors/word-table.ts";
import { WordTableAsset } from "../word-table-asset.ts";
import { answer, highlightStems, rankedIds } from "./answer.ts";
import { AnswerCache } from "./answer-cache.ts";
import { type Completions, complete } from "./complete.ts";
import { countedSql } from "./counted-sql.ts";
import { didYouMean } from "./did-you-mean.ts";
import {
  abandonBuild,
  beginBuild,
  findDocument,
  knownDocument,
  markRemoved,
  updateMetadata,
  writable,
} from "./documents.ts";
import { KnownWords } from "./known-words.ts";
import { type Library, LibraryMemory } from "./library.ts";
import { loadModel } from "./models.ts";
import { chunksOf, hitsOfIds } from "./passages.ts";
import { publishedBuild } from "./published.ts";
import { dropRebuild, finishRebuild, openRebuild } from "./rebuild.ts";
import { createTables, type Side } from "./schema.ts";
import { type SimilarPassages, type SimilarQuery, similarTo } from "./similar.ts";
import { countStaged, stage, stagedChunks, unstage } from "./staging.ts";
import { countPassages, openSides, otherSide, readState } from "./state.ts";
import { claimTraining, dropCandidate, offerTopics, placeBlock, samplePassages } from "./training.ts";
import type {
  Build,
  BuildAnswer,
  IndexAnswer,
  IndexedChunk,
  IndexedDocument,
  IndexHit,
  IndexQuery,
  Ranked,
  StoredChunk,
} from "./types.ts";
import { isVocabularySmall, makeVocabulary } from "./vocabulary.ts";
import { dropVotesOn, forgetVotesOf, type Vote, vote } from "./votes.ts";

const VOCABULARY_DELAY_MS = 1_000;

/** What a change of the library does to it; the word vectors make the changed passages' meaning. */
type Change<T> = (library: LibraryMemory, words: WordTable) => T;

/**
 * The search index of one desk, derived from the extracted text in R2. A build of a document is staged unseen, then
 * published whole; a build that was overtaken, abandoned or removed can write nothing. A rebuild of all documents fills
 * a second side, and is read when it is whole.
 */
export class LibraryIndex extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #memory: LibraryMemory;
  readonly #table = new WordTableAsset(this.env.ASSETS);
  readonly #answers = new AnswerCache();
  readonly #words = new KnownWords();
  /** The topics that passages are being placed among. */
  #candidate: { number: number; model: LsaModel } | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    createTables(this.#sql);
    this.#memory = new LibraryMemory(this.#sql);
  }

  /** Opens a build of the document; doing it again is harmless. */
  async begin(document: IndexedDocument, build: Build): Promise<BuildAnswer> {
    return await this.#change((memory, words) => {
      const began = beginBuild(this.#sql, document.id, build);
      if (began === "ok") this.#describe(document, memory, words);
      return began;
    });
  }

  /** Stages the chunks of the units [from, to), in place of what the build had there. */
  put(document: DocumentId, build: Build, from: number, to: number, chunks: IndexedChunk[]): BuildAnswer {
    const known = findDocument(this.#sql, document);
    const allowed = writable(known, build);
    if (known === undefined || allowed !== "ok" || this.#isPublished(known.number, build)) return allowed;
    this.ctx.storage.transactionSync(() => stage(this.#sql, known.number, build, [from, to], chunks));
    return "ok";
  }

  /** Shows the build in place of the one before it. `incomplete` if not `count` chunks were staged. */
  async publish(document: DocumentId, build: Build, count: number): Promise<BuildAnswer | "incomplete"> {
    return await this.#change((memory, words) => {
      const known = findDocument(this.#sql, document);
      const allowed = writable(known, build);
      if (known === undefined || allowed !== "ok" || this.#isPublished(known.number, build)) return allowed;
      if (countStaged(this.#sql, known.number, build) !== count) return "incomplete";
      for (const side of this.#sidesOf(build)) {
        memory.shelf(side, words).replace(known, build, stagedChunks(this.#sql, known.number, build));
      }
      unstage(this.#sql, known.number);
      return "ok";
    });
  }

  /** Ends a build without a result: its chunks go and nothing more of it is taken, even what comes late. */
  async abandon(document: IndexedDocument, build: Build): Promise<void> {
    await this.begin(document, build);
    await this.#change((memory, words) => {
      const known = findDocument(this.#sql, document.id);
      if (known === undefined) return;
      unstage(this.#sql, known.number, build);
      for (const side of openSides(readState(this.#sql))) {
        if (publishedBuild(this.#sql, side, known.number) === build)
          memory.shelf(side, words).remove(known.number);
      }
      abandonBuild(this.#sql, known.number, build);
    });
  }

  /** Takes the document out for good; its name stays behind so that no late write brings it back. */
  async remove(document: DocumentId): Promise<void> {
    await this.#change((memory, words) => {
      const { number } = knownDocument(this.#sql, document);
      const state = readState(this.#sql);
      dropVotesOn(this.#sql, document);
      for (const side of openSides(state)) memory.shelf(side, words).remove(number);
      unstage(this.#sql, number);
      markRemoved(this.#sql, number);
    });
  }

  /**
   * Follows a change of the document's metadata, title and filters alike; an older version changes nothing. One that
   * comes before the first build is kept for it: the build may have read the document before the edit.
   */
  async describe(document: IndexedDocument): Promise<void> {
    await this.#change((memory, words) => this.#describe(document, memory, words));
  }

  /** The published chunks of a document after number `after`, at most `limit`. */
  chunks(document: DocumentId, after: number, limit: number): StoredChunk[] {
    const known = findDocument(this.#sql, document);
    if (known === undefined) return [];
    return chunksOf(this.#sql, readState(this.#sql).live, known.number, after, limit);
  }

  async search(query: IndexQuery): Promise<IndexAnswer> {
    const before = this.#answers.get(query);
    if (before) return before;
    const { rows, sql } = countedSql(this.#sql);
    const library = { ...(await this.#open()), sql };
    const found = answer(library, query);
    const suggestions = didYouMean(library, this.#words, query.query, found.total);
    const result = { ...found, cached: false, suggestions, rows_read: rows() };
    this.#answers.put(query, result);
    return result;
  }

  /** What the desk's titles and words make of the beginning of a query. */
  complete(typed: string, limit: number): Completions {
    return complete(this.#sql, this.#words, typed, limit);
  }

  /** The passages nearest to one of the desk's; undefined where there is no such passage. */
  async similar(query: SimilarQuery): Promise<SimilarPassages | undefined> {
    return similarTo(await this.#open(), query);
  }

  /** The best passages' ids, for those that read the passages page by page. */
  async rank(query: IndexQuery): Promise<{ ranked: Ranked[]; total: number }> {
    return rankedIds(await this.#open(), query);
  }

  /** These passages as hits of the query, in their order; those that are gone by now are left out. */
  passages(ids: ChunkId[], query: Pick<IndexQuery, "intent" | "query">): IndexHit[] {
    return hitsOfIds(this.#sql, readState(this.#sql).live, ids, highlightStems(query));
  }

  /** Opens the side that isn't read for a rebuild by this job. */
  openRebuild(job: Build): void {
    this.ctx.storage.transactionSync(() => openRebuild(this.#sql, job));
    this.#memory.forget();
  }

  dropRebuild(job: Build): void {
    this.ctx.storage.transactionSync(() => dropRebuild(this.#sql, job));
    this.#memory.forget();
  }

  /** Takes over what the job left alone, at most `limit` documents, then shows the new side; whether it is done. */
  async finishRebuild(job: Build, limit: number): Promise<boolean> {
    return await this.#change((memory, words) => {
      const shelf = memory.shelf(otherSide(readState(this.#sql).live), words);
      const done = finishRebuild(this.#sql, job, limit, shelf);
      if (done) memory.forget();
      return done;
    });
  }

  /** Whether topics should be trained now; if so, they are the caller's to train for ten minutes. */
  claimTraining(now: number): boolean {
    return claimTraining(this.#sql, now);
  }

  sample(after: number, limit: number, most: number): ReturnType<typeof samplePassages> {
    return samplePassages(this.#sql, { after, limit, most });
  }

  /** Takes in trained topics as `encodeModel` writes them. Answers their number; undefined during a rebuild. */
  offerTopics(bytes: Uint8Array): number | undefined {
    return this.ctx.storage.transactionSync(() => offerTopics(this.#sql, bytes));
  }

  /** Places the next 1,024 passages among offered topics; `adopted` once all are placed and the topics in use. */
  placeBlock(candidate: number): ReturnType<typeof placeBlock> {
    if (this.#candidate?.number !== candidate) {
      const model = loadModel(this.#sql, candidate);
      if (model === undefined) return "gone";
      this.#candidate = { number: candidate, model };
    }
    const { model } = this.#candidate;
    const placed = this.ctx.storage.transactionSync(() => placeBlock(this.#sql, candidate, model));
    if (placed === "adopted" || placed === "gone") this.#candidate = undefined;
    if (placed === "adopted") {
      this.#memory.forget();
      this.#answers.clear();
      this.#words.forget();
    }
    return placed;
  }

  /** Gives up what is being trained. */
  dropTraining(): void {
    this.ctx.storage.transactionSync(() => dropCandidate(this.#sql));
    this.#candidate = undefined;
  }

  /** Keeps a person's vote on a passage as the answer to a query; false where there is no such passage. */
  vote(of: Vote): boolean {
    const isKept = vote(this.#sql, readState(this.#sql).live, of);
    if (isKept) this.#answers.clear();
    return isKept;
  }

  forgetVotesOf(user: UserId): void {
    forgetVotesOf(this.#sql, user);
    this.#answers.clear();
  }

  statistics(): { documents: number; chunks: number; bytes: number; trained_on: number } {
    const { live, trained_on } = readState(this.#sql);
    const query = `SELECT count(*) AS n FROM published_${live}`;
    const documents = this.#sql.exec<{ n: number }>(query).one().n;
    return { documents, chunks: countPassages(this.#sql, live), bytes: this.#sql.databaseSize, trained_on };
  }

  async #open(): Promise<Library> {
    return this.#memory.open(await this.#table.load());
  }

  /** Runs a change whole or not at all; answers given before it are given no more. */
  async #change<T>(work: Change<T>): Promise<T> {
    const words = await this.#table.load();
    this.#answers.clear();
    try {
      const result = this.ctx.storage.transactionSync(() => work(this.#memory, words));
      await setAlarmBy(this.ctx.storage, systemClock.now() + VOCABULARY_DELAY_MS);
      return result;
    } catch (error) {
      this.#memory.forget();
      throw error;
    }
  }

  /** Some time after changes, however many, the vocabulary follows them. */
  override async alarm(): Promise<void> {
    if (isVocabularySmall(this.#sql)) this.ctx.storage.transactionSync(() => makeVocabulary(this.#sql));
    this.#words.forget();
    this.#answers.clear();
  }

  #describe(document: IndexedDocument, memory: LibraryMemory, words: WordTable): void {
    const known = knownDocument(this.#sql, document.id);
    if (!updateMetadata(this.#sql, known, document) || known.title === document.title) return;
    const titled = { number: known.number, title: document.title };
    for (const side of openSides(readState(this.#sql))) memory.shelf(side, words).retitle(titled);
  }

  /** A rebuild's own builds stay unseen until the rebuild is whole; all others are shown, and kept by a rebuild. */
  #sidesOf(build: Build): Side[] {
    const state = readState(this.#sql);
    return state.rebuild === build ? [otherSide(state.live)] : openSides(state);
  }

  #isPublished(document: number, build: Build): boolean {
    return this.#sidesOf(build).every((side) => publishedBuild(this.#sql, side, document) === build);
  }
}
