import type { AgentPath } from "./path.ts";

/** Version of the names that children get now; a row without one is older. */
export const IDENTITY_VERSION = "path-v2";

/**
 * The name that a child's identifier is made of. It holds the whole way to the child, since the same
 * name may be used under different parents and classes.
 */
export async function identityName(path: AgentPath): Promise<string> {
  const steps = path.map(({ className, name }) => ({ className, name }));
  const bytes = new TextEncoder().encode(JSON.stringify(steps));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `cf-agents:v2:${encodeURIComponent(path.at(-1)?.name ?? "")}:${hash}`;
}
