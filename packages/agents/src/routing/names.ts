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
