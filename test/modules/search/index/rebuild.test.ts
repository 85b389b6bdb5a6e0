import { expect, it } from "vitest";
import { newId } from "../../../../src/platform/ids.ts";
import { addDocument, newIndex, textsFound } from "../../../support/library-index.ts";

it("shows nothing of a rebuild until it is whole, and then nothing of what was before", async () => {
  const desk = newIndex();
  const [a, b, c] = [newId("doc"), newId("doc"), newId("doc")];
  await addDocument(desk, { id: a }, ["heron of old"]);
  await addDocument(desk, { id: b }, ["second heron of old"]);
  const job = newId("job");
  await desk.index.openRebuild(job);
  await addDocument(desk, { id: a }, ["heron made anew"], job);
  expect((await textsFound(desk, "heron")).sort()).toEqual(["heron of old", "second heron of old"]);
  await addDocument(desk, { id: c }, ["heron uploaded meanwhile"]);
  expect(await textsFound(desk, "heron")).toHaveLength(3);
  await desk.index.openRebuild(job); // a slice that runs again changes nothing
  await addDocument(desk, { id: b }, ["second heron made anew"], job);
  expect(await desk.index.finishRebuild(job, 5)).toBe(true);
  const after = ["heron made anew", "heron uploaded meanwhile", "second heron made anew"];
  expect((await textsFound(desk, "heron")).sort()).toEqual(after);
  expect(await desk.index.finishRebuild(job, 5)).toBe(true);
  expect((await textsFound(desk, "heron")).sort()).toEqual(after);
});

it("takes over what the rebuild left alone, some documents a step, and not what was removed", async () => {
  const desk = newIndex();
  const documents = Array.from({ length: 5 }, () => newId("doc"));
  for (const [at, id] of documents.entries()) await addDocument(desk, { id, title: "Kept" }, [`heron ${at}`]);
  const job = newId("job");
  await desk.index.openRebuild(job);
  await desk.index.remove(documents[2] ?? newId("doc"));
  expect(await desk.index.finishRebuild(job, 2)).toBe(false);
  while (!(await desk.index.finishRebuild(job, 2)));
  expect((await textsFound(desk, "heron")).sort()).toEqual(["heron 0", "heron 1", "heron 3", "heron 4"]);
});

it("leaves everything as it was when the rebuild is given up, and takes nothing more of it", async () => {
  const desk = newIndex();
  const id = newId("doc");
  await addDocument(desk, { id }, ["heron of old"]);
  const job = newId("job");
  await desk.index.openRebuild(job);
  await addDocument(desk, { id }, ["heron made anew"], job);
  await desk.index.dropRebuild(job);
  expect(await textsFound(desk, "heron")).toEqual(["heron of old"]);
  expect(await desk.index.finishRebuild(job, 5)).toBe(false);
  await addDocument(desk, { id }, ["heron of a later build"]);
  expect(await textsFound(desk, "heron")).toEqual(["heron of a later build"]);
});
