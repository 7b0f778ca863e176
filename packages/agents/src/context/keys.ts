/** Most characters of a key that is made from text. */
const MAX_SLUG = 60;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The key of an entry: from its title, or from its content and a digest of it. */
export function entryKey(content: string, title?: string): string {
  const named = slug(title ?? "");
  return named !== "" ? named : `${slug(content) || "entry"}-${digest(content)}`;
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, MAX_SLUG)
    .replace(/-+$/, "");
}

/** FNV-1a of the text's code units. */
function digest(text: string): string {
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  return (hash >>> 0).toString(36);
}
