/** A piece of a file, small enough to be one answer's source. */
export interface Chunk {
  /** The headings above it, such as `Bees › Swarms`. */
  readonly heading: string;
  readonly text: string;
}

/** Longer sections are cut between paragraphs. */
const MOST_CHARACTERS = 900;

/** Cuts Markdown at its headings, and long sections at their paragraphs, the last of which is repeated. */
export function chunksOf(markdown: string): Chunk[] {
  const path: string[] = [];
  const chunks: Chunk[] = [];
  let paragraphs: string[] = [];
  const flush = () => {
    const heading = path.filter((title) => title !== "").join(" › ");
    for (const text of pieces(paragraphs)) chunks.push({ heading, text });
    paragraphs = [];
  };
  for (const block of blocksOf(markdown)) {
    const [, marks, title] = /^(#{1,6})\s+(.+)$/.exec(block) ?? [];
    if (marks === undefined || title === undefined) {
      paragraphs.push(block);
      continue;
    }
    flush();
    path.length = marks.length - 1;
    path[marks.length - 1] = title.trim();
  }
  flush();
  return chunks;
}

/** Headings and paragraphs; what stands in a fence is one block, whatever it holds. */
function blocksOf(markdown: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let isFenced = false;
  const flush = () => {
    const block = lines.join("\n").trim();
    if (block !== "") blocks.push(block);
    lines = [];
  };
  for (const line of markdown.split(/\r?\n/)) {
    const isFence = line.startsWith("```");
    if (!isFenced && (line.trim() === "" || /^#{1,6}\s/.test(line))) flush();
    lines.push(line);
    if (!isFenced && /^#{1,6}\s/.test(line)) flush();
    if (isFence) isFenced = !isFenced;
  }
  flush();
  return blocks;
}

function pieces(paragraphs: readonly string[]): string[] {
  const texts: string[] = [];
  let kept: string[] = [];
  for (const paragraph of paragraphs) {
    const size = kept.reduce((sum, { length }) => sum + length, 0);
    if (kept.length > 0 && size + paragraph.length > MOST_CHARACTERS) {
      texts.push(kept.join("\n\n"));
      // What the next piece goes on from.
      kept = kept.slice(-1).filter(({ length }) => length < MOST_CHARACTERS / 2);
    }
    kept.push(paragraph);
  }
  return kept.length === 0 ? texts : [...texts, kept.join("\n\n")];
}
