import type { LsaModel } from "./lsa.ts";

/** Changes whenever older bytes would be misread. */
const FORMAT = 2;
/** Format, dimensions, number of terms, bytes of the stems, number of passages; u32 each. */
const HEADER_FIELDS = 5;
const HEADER_BYTES = HEADER_FIELDS * Uint32Array.BYTES_PER_ELEMENT;

/**
 * The model as bytes: the header, a scale and a rarity (f32) per term, the table, the stems in its order, one a line. Numbers are
 * little-endian. 30,000 terms of 128 dimensions are 4.2 MB: more than one SQLite value of a Durable Object holds.
 */
export function encodeModel({
  dimensions,
  passages,
  rarity,
  scales,
  table,
  terms,
}: LsaModel): Uint8Array<ArrayBuffer> {
  const stems = new TextEncoder().encode([...terms.keys()].join("\n"));
  const tableStart = HEADER_BYTES + scales.byteLength + rarity.byteLength;
  const bytes = new Uint8Array(tableStart + table.byteLength + stems.byteLength);
  new Uint32Array(bytes.buffer, 0, HEADER_FIELDS).set([
    FORMAT,
    dimensions,
    terms.size,
    stems.length,
    passages,
  ]);
  new Float32Array(bytes.buffer, HEADER_BYTES, scales.length).set(scales);
  new Float32Array(bytes.buffer, HEADER_BYTES + scales.byteLength, rarity.length).set(rarity);
  new Int8Array(bytes.buffer, tableStart, table.length).set(table);
  bytes.set(stems, bytes.length - stems.length);
  return bytes;
}

/** The model of `encodeModel`'s bytes. Throws a RangeError for bytes that are none, or of another format. */
export function decodeModel(bytes: Uint8Array): LsaModel {
  const { buffer } = bytes.slice();
  if (buffer.byteLength < HEADER_BYTES) throw new RangeError("the bytes are no model");
  const header = new Uint32Array(buffer, 0, HEADER_FIELDS);
  const [format = 0, dimensions = 0, count = 0, stemBytes = 0, passages = 0] = header;
  const rarityStart = HEADER_BYTES + count * Float32Array.BYTES_PER_ELEMENT;
  const tableStart = rarityStart + count * Float32Array.BYTES_PER_ELEMENT;
  const stemStart = tableStart + count * dimensions;
  if (format !== FORMAT || buffer.byteLength !== stemStart + stemBytes)
    throw new RangeError("the bytes are no model, or one of another format");
  const stems = new TextDecoder().decode(new Uint8Array(buffer, stemStart)).split("\n");
  return {
    dimensions,
    passages,
    terms: new Map(stems.map((stem, term) => [stem, term])),
    scales: new Float32Array(buffer, HEADER_BYTES, count),
    rarity: new Float32Array(buffer, rarityStart, count),
    table: new Int8Array(buffer, tableStart, count * dimensions),
  };
}
