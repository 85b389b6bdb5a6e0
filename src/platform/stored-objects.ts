import { DAY_MS } from "./clock.ts";
import { type WrittenObject, writeObject } from "./object-writer.ts";
import { addPending, dropPending, oldPending } from "./pending-store.ts";
import type { Platform } from "./platform.ts";

export interface StoredObject extends WrittenObject {
  key: string;
}

/** Streams bytes into R2 under a new key. Until a batch has claimed the object (`claimObject`), a sweep may delete it. */
export async function storeObject(
  platform: Platform,
  key: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<StoredObject> {
  await addPending(platform.db, key, platform.clock.now());
  try {
    return { ...(await writeObject(platform.files, key, chunks)), key };
  } catch (error) {
    await dropObject(platform, { key });
    throw error;
  }
}

export async function dropObject({ db, files }: Platform, { key }: Pick<StoredObject, "key">): Promise<void> {
  await files.delete(key);
  await dropPending(db, [key]);
}

/** Decides about an object that has been stored: a refusal takes it away again. */
export async function orDrop<T>(
  platform: Platform,
  object: Pick<StoredObject, "key">,
  decide: () => Promise<T>,
): Promise<T> {
  try {
    return await decide();
  } catch (error) {
    await dropObject(platform, object);
    throw error;
  }
}

const SWEEP_LIMIT = 100;

/** Deletes what was left behind by requests and jobs that died before they made a row of what they had stored. */
export async function sweepObjects({ clock, db, files }: Platform): Promise<number> {
  const keys = await oldPending(db, clock.now() - DAY_MS, SWEEP_LIMIT);
  if (keys.length > 0) await files.delete(keys);
  await dropPending(db, keys);
  return keys.length;
}
