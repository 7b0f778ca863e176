import { FreeholdError } from "../errors.ts";
import type { LifecycleRouteAddress } from "../lifecycle/capability.ts";

/** One step of the way from the outermost agent to an agent. */
export interface AgentPathStep {
  /** Name of the class, as the Worker exports it. */
  className: string;
  /** The agent's own name. */
  name: string;
}

/** The way to an agent, outermost first. */
export type AgentPath = readonly AgentPathStep[];

/** A path as one text: a key that begins with the keys of all its ancestors, each before a `/`. */
export function pathKey(path: AgentPath): string {
  return path
    .map(({ className, name }) => `${encodeURIComponent(className)}:${encodeURIComponent(name)}`)
    .join("/");
}

/** Whether the object with this key is the one with `prefix`, or lives inside it. */
export function isWithin(key: string, prefix: string): boolean {
  return key === prefix || key.startsWith(`${prefix}/`);
}

/** A path as capabilities' routes and stored rows carry it. */
export function addressOf(path: AgentPath): LifecycleRouteAddress {
  return { key: pathKey(path), data: JSON.stringify(path) };
}

/** The reverse of {@link addressOf}. @throws FreeholdError `invalid_agent_path`. */
export function pathOf(address: LifecycleRouteAddress): AgentPath {
  const path = readPath(address.data);
  if (path) return path;
  throw new FreeholdError("invalid_agent_path", "Lifecycle route target is not a valid Agent path");
}

/** Reads a stored path; undefined for anything else. */
export function readPath(text: string): AgentPath | undefined {
  try {
    const path: unknown = JSON.parse(text);
    return isPath(path) ? path : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a value is a path of at least one step. */
export function isPath(value: unknown): value is AgentPath {
  return Array.isArray(value) && value.length > 0 && value.every(isStep);
}

function isStep(value: unknown): value is AgentPathStep {
  if (typeof value !== "object" || value === null) return false;
  const { className, name } = value as Partial<AgentPathStep>;
  return typeof className === "string" && typeof name === "string";
}

/** The part of `path` below `prefix`; undefined when it does not begin with it. */
export function below(path: AgentPath, prefix: AgentPath): AgentPath | undefined {
  const begins = prefix.every((step, at) => isSameStep(step, path[at]));
  return begins ? path.slice(prefix.length) : undefined;
}

function isSameStep(one: AgentPathStep, other: AgentPathStep | undefined): boolean {
  return one.className === other?.className && one.name === other.name;
}
