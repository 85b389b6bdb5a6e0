import { packBlock, ROWS_PER_BLOCK } from "../vectors/blocks.ts";
import type { LsaModel } from "../vectors/lsa.ts";
import { dropBlocks, writeBlock } from "./blocks.ts";
import { passageTopics } from "./embedding.ts";
import { dropModel, storeModel } from "./models.ts";
import type { Side } from "./schema.ts";
import { countPassages, readState, writeState } from "./state.ts";
import { makeVocabulary } from "./vocabulary.ts";

/** Fewer passages have no topics to find. */
const MIN_PASSAGES = 200;
/** Topics are trained anew when the library grew or shrank by a third. */
const GROWTH = 4 / 3;
const SHRINKAGE = 2 / 3;
/** A trainer that was not heard of for so long is taken for dead. */
const CLAIM_MS = 10 * 60_000;

/** A passage that topics are learnt from. */
export interface TrainingPassage extends Record<string, SqlStorageValue> {
  title: string;
  body: string;
}

/** Whether topics should be trained now; if so, they are the caller's to train for ten minutes. */
export function claimTraining(sql: SqlStorage, now: number): boolean {
  const { live, model, rebuild, trained_on, training_until } = readState(sql);
  if (rebuild !== null || training_until > now) return false;
  const passages = countPassages(sql, live);
  const isOther = passages >= trained_on * GROWTH || passages <= trained_on * SHRINKAGE;
  if (model !== 0 && passages < MIN_PASSAGES && isOther) forgetTopics(sql);
  const isDue = passages >= MIN_PASSAGES && (model === 0 || isOther);
  if (isDue) writeState(sql, { training_until: now + CLAIM_MS });
  return isDue;
}

/** The next passages of an even sample of at most `most`, from row `after` on, with the row to go on from. */
export function samplePassages(
  sql: SqlStorage,
  { after, limit, most }: { after: number; limit: number; most: number },
): { passages: TrainingPassage[]; next: number | undefined } {
  const { live } = readState(sql);
  const step = Math.max(1, Math.ceil(countPassages(sql, live) / most));
  const rows = sql
    .exec<TrainingPassage & { row: number }>(
      `SELECT p.row, d.title || ' ' || p.heading AS title, p.body
       FROM passages_${live} p JOIN documents d ON d.number = p.document
       WHERE p.row > ? AND p.row % ? = 0 ORDER BY p.row LIMIT ?`,
      ...[after, step, limit],
    )
    .toArray();
  const passages = rows.map(({ body, title }) => ({ title, body }));
  return { passages, next: rows.length < limit ? undefined : rows.at(-1)?.row };
}

/**
 * Takes in topics that every passage still has to be placed among. Answers their number; undefined while a rebuild is
 * under way, whose passages they would not be placed among.
 */
export function offerTopics(sql: SqlStorage, bytes: Uint8Array): number | undefined {
  const { candidate, last_model, rebuild } = readState(sql);
  if (rebuild !== null) return undefined;
  if (candidate !== null) dropTopics(sql, candidate);
  const number = last_model + 1;
  storeModel(sql, number, bytes);
  writeState(sql, { candidate: number, last_model: number });
  return number;
}

/**
 * Places the passages of the next block among the candidate's topics. `adopted` when all were placed, so that the
 * candidate is in use from now on; `gone` where it is a candidate no more.
 */
export function placeBlock(
  sql: SqlStorage,
  candidate: number,
  model: LsaModel,
): "adopted" | "gone" | { placed: number; blocks: number } {
  const state = readState(sql);
  if (state.model === candidate) return "adopted";
  if (state.candidate !== candidate) return "gone";
  const kind = `topics-${candidate}` as const;
  const missing = sql
    .exec<{ block: number; placed: number; blocks: number }>(
      `SELECT o.block, (SELECT count(*) FROM vectors WHERE side = ?1 AND kind = ?2) AS placed,
         (SELECT count(*) FROM vectors WHERE side = ?1 AND kind = 'owners') AS blocks
       FROM vectors o LEFT JOIN vectors t ON t.side = o.side AND t.kind = ?2 AND t.block = o.block
       WHERE o.side = ?1 AND o.kind = 'owners' AND t.block IS NULL ORDER BY o.block LIMIT 1`,
      ...[state.live, kind],
    )
    .toArray()[0];
  if (missing === undefined) {
    adopt(sql, candidate);
    return "adopted";
  }
  writeBlock(
    sql,
    state.live,
    kind,
    missing.block,
    packBlock(model.dimensions, placesIn(sql, state.live, missing.block, model)),
  );
  return { placed: missing.placed + 1, blocks: missing.blocks };
}

function placesIn(sql: SqlStorage, side: Side, block: number, model: LsaModel): (Float32Array | undefined)[] {
  const first = block * ROWS_PER_BLOCK;
  const places = new Array<Float32Array | undefined>(ROWS_PER_BLOCK).fill(undefined);
  const rows = sql.exec<TrainingPassage & { row: number }>(
    `SELECT p.row, d.title || ' ' || p.heading AS title, p.body
     FROM passages_${side} p JOIN documents d ON d.number = p.document WHERE p.row >= ? AND p.row < ?`,
    ...[first, first + ROWS_PER_BLOCK],
  );
  for (const { body, row, title } of rows) places[row - first] = passageTopics(model, { title, body });
  return places;
}

function adopt(sql: SqlStorage, candidate: number): void {
  const { live, model } = readState(sql);
  if (model !== 0) dropTopics(sql, model);
  const trained_on = countPassages(sql, live);
  writeState(sql, { model: candidate, candidate: null, trained_on, training_until: 0 });
  makeVocabulary(sql);
}

/** Gives a candidate up, where there is one. */
export function dropCandidate(sql: SqlStorage): void {
  const { candidate } = readState(sql);
  if (candidate !== null) dropTopics(sql, candidate);
  writeState(sql, { candidate: null, training_until: 0 });
}

/** A library that became too small for topics goes on without those that it had. */
function forgetTopics(sql: SqlStorage): void {
  dropTopics(sql, readState(sql).model);
  writeState(sql, { model: 0, trained_on: 0 });
  makeVocabulary(sql);
}

function dropTopics(sql: SqlStorage, model: number): void {
  dropModel(sql, model);
  dropBlocks(sql, `topics-${model}`);
}
