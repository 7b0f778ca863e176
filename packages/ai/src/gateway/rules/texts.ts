/** Fields whose texts are names rather than what somebody says. */
const NAMES: ReadonlySet<string> = new Set([
  "created",
  "finish_reason",
  "id",
  "model",
  "object",
  "role",
  "system_fingerprint",
  "type",
]);

/** What a prompt or an answer says: the texts of its JSON, or of each event of a stream, joined. */
export function textsOf(body: string, isStream: boolean): string {
  if (!isStream) return said(body) ?? body;
  const events = body
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice("data:".length).trim());
  // Words arrive in pieces: they are only whole without anything in between.
  return events.map((event) => said(event) ?? "").join("");
}

function said(json: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  return [...texts(value)].join("\n");
}

function* texts(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* texts(item);
  else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      if (!NAMES.has(name) || typeof item !== "string") yield* texts(item);
    }
  }
}
