import { type DeskId, type FileId, newId } from "../../platform/ids.ts";

/** A key of its own for each writing of a file, so that a repeated one never changes bytes under a reader. */
export const newObjectKey = (desk: DeskId, file: FileId) => `desks/${desk}/files/${file}/${newId("req")}`;
