/**
 * The form of a class or binding name in a URL: `MyAgent` → `my-agent`, `LOUD_AGENT` →
 * `loud-agent`. Each capital starts a word, so `AIAgent` becomes `a-i-agent`.
 */
export function camelCaseToKebabCase(name: string): string {
  if (name === name.toUpperCase() && name !== name.toLowerCase()) {
    return name.toLowerCase().replaceAll("_", "-");
  }
  return name
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    .replace(/^-/, "")
    .replaceAll("_", "-")
    .replace(/-$/, "");
}

/** The form in which a run of capitals is one word: `AIAgent` → `ai-agent`, `MyAPI` → `my-api`. */
export function acronymKebabCase(name: string): string {
  return name
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .replace(/([a-z\d])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[_-]+/g, "-")
    .replace(/^-|-$/g, "");
}

/** The names of `known` that are at most a few letters away from `wanted`, nearest first. */
export function similarNames(wanted: string, known: readonly string[]): string[] {
  const farthest = Math.max(2, Math.floor(wanted.length / 3));
  return known
    .map((name) => ({ name, distance: editDistance(wanted.toLowerCase(), name) }))
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance)
    .map(({ name }) => name);
}

/** How many letters must be added, removed or replaced to make `to` of `from`. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1];
    for (const [index, other] of [...to].entries()) {
      const replaced = (row[index] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
