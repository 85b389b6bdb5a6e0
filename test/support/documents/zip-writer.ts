import { concat, deflate } from "./bytes.ts";

export interface ZipEntry {
  name: string;
  data: Uint8Array<ArrayBuffer>;
  /** Already deflated data, with what the archive shall claim of it. */
  deflated?: { bytes: Uint8Array<ArrayBuffer>; claimedSize: number };
  store?: boolean;
  /** Points the directory at the data of the entry with this index instead of at its own. */
  sharesDataOf?: number;
  encrypted?: boolean;
}

/** A ZIP archive, true or lying as its entries ask. */
export async function writeZip(entries: readonly ZipEntry[]): Promise<Uint8Array<ArrayBuffer>> {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  const offsets: number[] = [];
  let length = 0;
  for (const entry of entries) {
    const packed =
      entry.deflated?.bytes ?? (entry.store ? entry.data : await deflate(entry.data, "deflate-raw"));
    const size = entry.deflated?.claimedSize ?? entry.data.length;
    const fields = headerFields(entry, packed.length, size);
    const shared = entry.sharesDataOf === undefined ? undefined : offsets[entry.sharesDataOf];
    offsets.push(shared ?? length);
    directory.push(directoryRecord(entry, fields, shared ?? length));
    if (shared !== undefined) continue;
    const local = concat([numbers([0x04034b50, 4], [20, 2]), fields, numbers([0, 2]), entry.name, packed]);
    locals.push(local);
    length += local.length;
  }
  const central = concat(directory);
  const count = entries.length;
  return concat([
    ...locals,
    central,
    numbers([0x06054b50, 4], [0, 4], [count, 2], [count, 2], [central.length, 4], [length, 4], [0, 2]),
  ]);
}

/** Flags, method, time, checksum, sizes and the name's length: the same in both headers. */
function headerFields(entry: ZipEntry, packedSize: number, size: number): Uint8Array {
  const flags = (entry.encrypted ? 1 : 0) | 0x800;
  const nameLength = new TextEncoder().encode(entry.name).length;
  return numbers(
    [flags, 2],
    [entry.store ? 0 : 8, 2],
    [0x5a2158a0, 4],
    [crc32(entry.data), 4],
    [packedSize, 4],
    [size, 4],
    [nameLength, 2],
  );
}

function directoryRecord(entry: ZipEntry, fields: Uint8Array, offset: number): Uint8Array {
  return concat([
    numbers([0x02014b50, 4], [20, 2], [20, 2]),
    fields,
    numbers([0, 2], [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]),
    entry.name,
  ]);
}

/** Little-endian integers of so many bytes each. */
function numbers(...fields: [value: number, bytes: number][]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([value, bytes]) =>
      Array.from({ length: bytes }, (_, index) => (value >>> (8 * index)) & 0xff),
    ),
  );
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
