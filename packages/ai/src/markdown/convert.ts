/** A document. */
export interface MarkdownFile {
  readonly name: string;
  readonly blob: Blob;
}

export type ConversionResult =
  | {
      readonly id: string;
      readonly name: string;
      readonly mimeType: string;
      readonly format: "markdown" | "text";
      /** A guess: four characters are a token. */
      readonly tokens: number;
      readonly data: string;
    }
  | {
      readonly id: string;
      readonly name: string;
      readonly mimeType: string;
      readonly format: "error";
      readonly error: string;
    };

export interface Conversion {
  /** What a picture shows, in words. */
  readonly describe: (image: Uint8Array) => Promise<string>;
  readonly id: () => string;
  readonly options: Readonly<Record<string, unknown>>;
}

const MOST_BYTES = 50 * 1024 * 1024;

/** What can be converted. */
export const SUPPORTED = [
  { extension: ".pdf", mimeType: "application/pdf" },
  { extension: ".html", mimeType: "text/html" },
  { extension: ".htm", mimeType: "text/html" },
  {
    extension: ".docx",
    mimeType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  },
  { extension: ".csv", mimeType: "text/csv" },
  { extension: ".json", mimeType: "application/json" },
  { extension: ".xml", mimeType: "application/xml" },
  { extension: ".txt", mimeType: "text/plain" },
  { extension: ".md", mimeType: "text/markdown" },
  { extension: ".jpg", mimeType: "image/jpeg" },
  { extension: ".jpeg", mimeType: "image/jpeg" },
  { extension: ".png", mimeType: "image/png" },
  { extension: ".webp", mimeType: "image/webp" },
] as const;

type Convert = (bytes: Uint8Array, name: string, how: Conversion) => Promise<string>;

/** The libraries load when a document of their kind comes. */
const CONVERTERS: Readonly<Record<string, Convert>> = {
  ".pdf": fromPdf,
  ".html": fromHtml,
  ".htm": fromHtml,
  ".docx": fromWord,
  ".csv": async (bytes) => fromCsv(textOf(bytes)),
  ".json": async (bytes) => fenced("json", textOf(bytes)),
  ".xml": async (bytes) => fenced("xml", textOf(bytes)),
  ".txt": async (bytes) => textOf(bytes),
  ".md": async (bytes) => textOf(bytes),
  ".jpg": fromPicture,
  ".jpeg": fromPicture,
  ".png": fromPicture,
  ".webp": fromPicture,
};

/** One after the other: a document that cannot be read becomes an error of its own. */
export async function convertAll(
  files: readonly MarkdownFile[],
  how: Conversion,
): Promise<ConversionResult[]> {
  const results: ConversionResult[] = [];
  for (const file of files) results.push(await convertOne(file, how));
  return results;
}

async function convertOne(
  { name, blob }: MarkdownFile,
  how: Conversion,
): Promise<ConversionResult> {
  const extension = extensionOf(name, blob.type);
  const known = SUPPORTED.find((one) => one.extension === extension);
  const head = { id: how.id(), name, mimeType: blob.type || (known?.mimeType ?? "") };
  const convert = extension === undefined ? undefined : CONVERTERS[extension];
  if (convert === undefined) return { ...head, format: "error", error: "Unsupported file type" };
  if (blob.size > MOST_BYTES) return { ...head, format: "error", error: "File too large" };
  try {
    const markdown = await convert(new Uint8Array(await blob.arrayBuffer()), name, how);
    const isText =
      (how.options.conversionOptions as Options | undefined)?.output?.format === "text";
    const data = isText ? plain(markdown) : markdown;
    const format = isText ? ("text" as const) : ("markdown" as const);
    return { ...head, format, tokens: Math.ceil(data.length / 4), data };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { ...head, format: "error", error: text };
  }
}

interface Options {
  readonly output?: { readonly format?: string };
  readonly html?: { readonly hostname?: string };
  readonly pdf?: { readonly metadata?: boolean };
}

function extensionOf(name: string, type: string): string | undefined {
  const named = /\.[a-z0-9]+$/i.exec(name)?.[0]?.toLowerCase();
  if (named !== undefined && Object.hasOwn(CONVERTERS, named)) return named;
  const plainType = type.split(";")[0]?.trim();
  return SUPPORTED.find(({ mimeType }) => mimeType === plainType)?.extension;
}

async function fromPdf(bytes: Uint8Array, name: string, how: Conversion): Promise<string> {
  const { extractText, getDocumentProxy, getMeta } = await import("unpdf");
  const document = await getDocumentProxy(bytes);
  const { text } = await extractText(document, { mergePages: false });
  const pages = text.map((page, index) => `### Page ${index + 1}\n${page.trim()}`);
  const { pdf } = (how.options.conversionOptions ?? {}) as Options;
  const metadata =
    pdf?.metadata === false ? [] : [`## Metadata\n${listOf((await getMeta(document)).info)}`];
  return [`# ${name}`, ...metadata, "## Contents", ...pages].join("\n\n");
}

async function fromHtml(bytes: Uint8Array, _name: string, how: Conversion): Promise<string> {
  const { default: Turndown } = await import("turndown");
  const turndown = new Turndown({
    headingStyle: "atx",
    codeBlockStyle: "fenced",
    bulletListMarker: "-",
  });
  turndown.remove(["script", "style", "noscript", "iframe"]);
  const { html } = (how.options.conversionOptions ?? {}) as Options;
  const markdown = turndown.turndown(textOf(bytes));
  if (html?.hostname === undefined) return markdown;
  const base = `https://${html.hostname.replace(/^https?:\/\//, "")}`;
  return markdown.replace(/\]\(\/(?!\/)/g, `](${base}/`);
}

async function fromWord(bytes: Uint8Array, name: string, how: Conversion): Promise<string> {
  const { default: mammoth } = await import("mammoth");
  const { value } = await mammoth.convertToHtml(
    { buffer: Buffer.from(bytes) },
    { convertImage: mammoth.images.imgElement(async () => ({ src: "" })) },
  );
  return fromHtml(Buffer.from(value), name, how);
}

async function fromPicture(bytes: Uint8Array, _name: string, how: Conversion): Promise<string> {
  return how.describe(bytes);
}

function fromCsv(text: string): string {
  const [head = [], ...rows] = csvRows(text);
  if (head.length === 0) return "";
  const line = (cells: readonly string[]) =>
    `| ${head.map((_, index) => (cells[index] ?? "").replaceAll("|", "\\|").replace(/\r?\n/g, " ")).join(" | ")} |`;
  return [line(head), `| ${head.map(() => "---").join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** RFC 4180: quotes hold commas, line breaks and doubled quotes. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) break;
    const [, quoted, bare = "", end] = match;
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return row.length === 0 ? rows : [...rows, row];
}

function listOf(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
    .map(([name, value]) => `- ${name}=${String(value)}`)
    .join("\n");
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trim()}\n\`\`\``;
}

function plain(markdown: string): string {
  return markdown
    .replace(/^#{1,6} /gm, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`]{1,3}([^*_`]+)[*_`]{1,3}/g, "$1");
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
