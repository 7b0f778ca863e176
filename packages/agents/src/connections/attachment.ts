import { ConnectionFlag } from "../schema.ts";

/**
 * What is stored with a socket. `__pk` and `__user` are those of the published SDK; `__value`, which
 * it ignores, keeps a state that is not an object while flags occupy `__user`.
 */
export interface Attachment {
  readonly __pk: { readonly id: string; readonly tags: readonly string[]; readonly uri?: string };
  readonly __user: unknown;
  readonly __value?: unknown;
}

/** A connection's stored values: the agent's view, and the SDK's flags beside it. */
export interface StoredState {
  /** What `connection.state` reads. */
  readonly user: unknown;
  /** The SDK's own values, by {@link ConnectionFlag} or a registered key. */
  readonly flags: Readonly<Record<string, unknown>>;
}

const internalKeys = new Set<string>(Object.values(ConnectionFlag));
const NO_FLAGS: StoredState["flags"] = Object.freeze({});

/**
 * Hides further keys from `connection.state` and preserves them across `connection.setState`.
 * For code that extends the SDK; call it while modules load.
 */
export function registerInternalConnectionKeys(...keys: string[]): void {
  for (const key of keys) internalKeys.add(key);
}

/** The attachment of a socket that this SDK (or the published one) accepted; else undefined. */
export function readAttachment(value: unknown): Attachment | undefined {
  if (!isRecord(value) || !isRecord(value.__pk)) return undefined;
  const { id, tags, uri } = value.__pk;
  if (typeof id !== "string" || !Array.isArray(tags)) return undefined;
  const pk = typeof uri === "string" ? { id, tags, uri } : { id, tags };
  const base = { __pk: pk, __user: value.__user ?? null };
  return "__value" in value ? { ...base, __value: value.__value } : base;
}

/** Separates the agent's view from the SDK's flags. */
export function splitState(attachment: Attachment): StoredState {
  const raw = attachment.__user;
  if (!isRecord(raw)) return { user: raw, flags: NO_FLAGS };
  const keys = Object.keys(raw);
  if (!keys.some((key) => internalKeys.has(key))) return { user: raw, flags: NO_FLAGS };
  const flags = Object.fromEntries(keys.filter((k) => internalKeys.has(k)).map((k) => [k, raw[k]]));
  const rest = keys.filter((key) => !internalKeys.has(key));
  if (rest.length > 0) return { user: Object.fromEntries(rest.map((k) => [k, raw[k]])), flags };
  return { user: attachment.__value ?? null, flags };
}

/**
 * A state that an agent gives a connection, without keys of the SDK: what a client sent, and an agent
 * keeps, must not become the SDK's own values at the next wake.
 */
export function withoutInternalKeys(state: unknown): unknown {
  if (!isRecord(state)) return state;
  const entries = Object.entries(state);
  const rest = entries.filter(([key]) => !internalKeys.has(key));
  if (rest.length === entries.length) return state;
  return rest.length > 0 ? Object.fromEntries(rest) : null;
}

/** The reverse of {@link splitState}. */
export function joinState(pk: Attachment["__pk"], { user, flags }: StoredState): Attachment {
  if (Object.keys(flags).length === 0) return { __pk: pk, __user: user ?? null };
  if (isRecord(user) || user === null || user === undefined) {
    return { __pk: pk, __user: { ...user, ...flags } };
  }
  return { __pk: pk, __user: { ...flags }, __value: user };
}

/** `flags` with one set, or with it removed when `value` is undefined. */
export function withFlag(
  flags: StoredState["flags"],
  key: string,
  value: unknown,
): StoredState["flags"] {
  const { [key]: _removed, ...rest } = flags;
  return value === undefined ? rest : { ...rest, [key]: value };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
