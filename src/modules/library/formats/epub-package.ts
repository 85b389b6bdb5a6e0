import { XMLParser } from "fast-xml-parser";
import { Parser } from "htmlparser2";
import { cleanCharacters, collapse } from "./clean-text.ts";
import { decodeText } from "./decode-text.ts";
import { type DocumentMetadata, UnreadableDocument } from "./document.ts";
import { type Archive, normalisePath } from "./epub-archive.ts";
import { decodeEntities } from "./html-text.ts";

const MAX_SPINE_ITEMS = 10_000;
const MAX_PACKAGE_CHARS = 8_000_000;
const MAX_TITLE_CHARS = 500;
/** Fonts are often scrambled by these; the text is not, so they are no obstacle. */
const FONT_OBFUSCATION = new Set(["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"]);

export interface EpubPackage {
  metadata: DocumentMetadata;
  /** Paths of the chapters in reading order, each once. */
  spine: string[];
  /** Titles by path, from the table of contents. */
  titles: Map<string, string>;
}

type Node = Record<string, unknown>;

const xml = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
});

export async function readPackage(archive: Archive): Promise<EpubPackage> {
  await refuseEncryption(archive);
  const container = await parseXml(archive, "META-INF/container.xml");
  const rootfiles = nodes(node(node(container, "container"), "rootfiles"), "rootfile");
  const path = normalisePath(hrefPath(attribute(rootfiles[0], "full-path")));
  if (path === "") throw corrupt("its container names no package");
  const opf = node(await parseXml(archive, path), "package");
  const manifest = manifestOf(opf, path);
  return {
    metadata: metadataOf(node(opf, "metadata")),
    spine: spineOf(node(opf, "spine"), manifest, archive),
    titles: await titlesOf(archive, manifest),
  };
}

async function refuseEncryption(archive: Archive): Promise<void> {
  const path = "META-INF/encryption.xml";
  if (!archive.has(path)) return;
  const encryption = node(await parseXml(archive, path), "encryption");
  for (const data of nodes(encryption, "EncryptedData")) {
    const algorithm = attribute(node(data, "EncryptionMethod"), "Algorithm");
    if (!FONT_OBFUSCATION.has(algorithm)) {
      throw new UnreadableDocument(
        "documents.encrypted",
        "the EPUB is protected by digital rights management",
      );
    }
  }
}

interface ManifestItem {
  id: string;
  path: string;
  type: string;
  properties: string[];
}

function manifestOf(opf: Node | undefined, opfPath: string): ManifestItem[] {
  return nodes(node(opf, "manifest"), "item").map((item) => ({
    id: attribute(item, "id"),
    path: resolvePath(opfPath, attribute(item, "href")),
    type: attribute(item, "media-type"),
    properties: attribute(item, "properties").split(/\s+/),
  }));
}

/** Spines may name a file several times with other fragments: it is read once, where it comes first. */
function spineOf(spine: Node | undefined, manifest: readonly ManifestItem[], archive: Archive): string[] {
  const paths = new Map(manifest.map(({ id, path }) => [id, path]));
  const items = nodes(spine, "itemref");
  if (items.length > MAX_SPINE_ITEMS) {
    throw new UnreadableDocument("documents.bomb", `the EPUB names more than ${MAX_SPINE_ITEMS} chapters`);
  }
  const chapters = new Set(items.map((item) => paths.get(attribute(item, "idref")) ?? ""));
  const present = [...chapters].filter((path) => archive.has(path));
  if (present.length === 0) throw corrupt("none of its chapters is there");
  return present;
}

function metadataOf(node: Node | undefined): DocumentMetadata {
  const [title = ""] = values(node, "title");
  const author = values(node, "creator").join(", ");
  const [language = ""] = values(node, "language");
  return { ...(title ? { title } : {}), ...(author ? { author } : {}), ...(language ? { language } : {}) };
}

/** The EPUB 3 navigation wins, the NCX of EPUB 2 fills in; a link to a whole file beats one into it. */
async function titlesOf(archive: Archive, manifest: readonly ManifestItem[]): Promise<Map<string, string>> {
  const navigation = manifest.find(({ properties }) => properties.includes("nav"));
  const ncx = manifest.find(({ type }) => type === "application/x-dtbncx+xml");
  const links: ContentsLink[] = [];
  for (const item of [navigation, ncx]) {
    if (!item || !archive.has(item.path)) continue;
    links.push(...readContents(decodeText(await archive.read(item.path)), item.path));
  }
  const parts = links.filter(({ href }) => href.includes("#")).reverse();
  const wholes = links.filter(({ href }) => !href.includes("#")).reverse();
  return new Map([...parts, ...wholes].map(({ path, title }) => [path, title]));
}

interface ContentsLink {
  href: string;
  path: string;
  title: string;
}

/** Reads both kinds of contents in one pass: `<a href>Title</a>`, and `<text>Title</text> … <content src>`. */
function readContents(source: string, base: string): ContentsLink[] {
  const links: ContentsLink[] = [];
  let href: string | undefined;
  let title = "";
  const push = (target: string) => {
    const clean = collapse(cleanCharacters(title));
    if (clean !== "" && target !== "")
      links.push({ href: target, path: resolvePath(base, target), title: clean });
    title = "";
  };
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (name === "a") href = attributes.href;
        if (name === "a" || name === "text") title = "";
        if (name === "content") push(attributes.src ?? "");
      },
      onclosetag(name) {
        if (name === "a") push(href ?? "");
      },
      ontext(text) {
        if (title.length < MAX_TITLE_CHARS) title += text;
      },
    },
    { recognizeSelfClosing: true, recognizeCDATA: true, decodeEntities: true },
  );
  parser.end(source);
  return links;
}

async function parseXml(archive: Archive, path: string): Promise<Node> {
  const source = decodeText(await archive.read(path)).replace(/^\ufeff/, "");
  if (source.length > MAX_PACKAGE_CHARS) throw bomb(`${path} is longer than ${MAX_PACKAGE_CHARS} characters`);
  if (/<!ENTITY/i.test(source)) throw bomb(`${path} declares entities of its own`);
  try {
    const parsed: unknown = xml.parse(source.replace(/<!DOCTYPE[^>[]*>/i, ""));
    if (isNode(parsed)) return parsed;
  } catch {
    // Said below.
  }
  throw corrupt(`${path} isn't valid XML`);
}

function nodes(parent: Node | undefined, name: string): Node[] {
  const value = parent?.[name];
  return (Array.isArray(value) ? value : [value]).filter(isNode);
}

function node(parent: Node | undefined, name: string): Node | undefined {
  return nodes(parent, name)[0];
}

function values(parent: Node | undefined, name: string): string[] {
  const value = parent?.[name];
  const texts = (Array.isArray(value) ? value : [value]).map((item) => (isNode(item) ? item["#text"] : item));
  return texts
    .filter((text) => typeof text === "string")
    .map(plain)
    .filter((text) => text !== "");
}

function attribute(parent: Node | undefined, name: string): string {
  const value = parent?.[`@${name}`];
  return typeof value === "string" ? plain(value) : "";
}

function plain(text: string): string {
  return collapse(cleanCharacters(decodeEntities(text)));
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The path in the archive that a link inside `base` leads to, without its fragment. */
function resolvePath(base: string, href: string): string {
  const folder = base.slice(0, base.lastIndexOf("/") + 1);
  const path = hrefPath(href);
  if (path === "") return base;
  return normalisePath(path.startsWith("/") ? path : folder + path);
}

function hrefPath(href: string): string {
  const path = href.replace(/[?#].*$/s, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function bomb(detail: string): UnreadableDocument {
  return new UnreadableDocument("documents.bomb", `the EPUB was refused: ${detail}`);
}

function corrupt(detail: string): UnreadableDocument {
  return new UnreadableDocument("documents.corrupt", `the EPUB is broken: ${detail}`);
}
