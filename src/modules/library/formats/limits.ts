/** More than this is refused before anything is parsed: PDF readers hold the whole file in memory. */
export const MAX_DOCUMENT_BYTES = 40_000_000;

/** The longest unit a section is cut into, at paragraph borders wherever there is one. */
export const MAX_UNIT_CHARS = 20_000;
