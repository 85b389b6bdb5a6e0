import type { DocumentMetadata, OpenDocument, Unit } from "./document.ts";

/** A document whose units are made one by one when they are read; `unit` must be a pure function of its index. */
export function openedDocument(
  metadata: DocumentMetadata,
  unitCount: number,
  unit: (index: number) => Unit | Promise<Unit>,
): OpenDocument {
  return {
    metadata,
    unitCount,
    async read(from, to) {
      const units: Unit[] = [];
      for (let index = Math.max(0, from); index < Math.min(to, unitCount); index++)
        units.push(await unit(index));
      return units;
    },
    async close() {},
  };
}

/** A document whose units were all made on opening. */
export function openedUnits(metadata: DocumentMetadata, units: readonly Unit[]): OpenDocument {
  return {
    metadata,
    unitCount: units.length,
    read: async (from, to) => units.slice(Math.max(0, from), Math.max(0, to)),
    async close() {},
  };
}
