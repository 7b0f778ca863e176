import { FreeholdError } from "../errors.ts";
import type { SessionMessage } from "./types.ts";

/** Refuses what is no message. @throws FreeholdError `invalid_message` */
export function checkMessage(value: unknown): void {
  if (isMessage(value)) return;
  throw new FreeholdError("invalid_message", "A message needs an id, a role and parts", {
    help: "Give texts as id and role, and an array of objects that each have a type as parts.",
  });
}

/** A stored message from its JSON; undefined when it is none. */
export function parseMessage(content: string): SessionMessage | undefined {
  const value = parsed(content);
  if (!isMessage(value)) return undefined;
  const { createdAt } = value as { createdAt?: unknown };
  const date = typeof createdAt === "string" ? new Date(createdAt) : undefined;
  const same = date && !Number.isNaN(date.getTime()) && date.toISOString() === createdAt;
  return same ? { ...value, createdAt: date } : value;
}

/** What a search can find of a message; empty when there is nothing. */
export function searchableText({ parts }: SessionMessage): string {
  return parts
    .filter(({ type, text }) => type === "text" && typeof text === "string" && text !== "")
    .map(({ text }) => text)
    .join(" ");
}

function isMessage(value: unknown): value is SessionMessage {
  if (!isObject(value) || typeof value.id !== "string" || typeof value.role !== "string") {
    return false;
  }
  const { parts } = value;
  return (
    Array.isArray(parts) && parts.every((part) => isObject(part) && typeof part.type === "string")
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
