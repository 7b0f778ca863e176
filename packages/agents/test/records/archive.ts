import { fileURLToPath } from "node:url";
import { expect } from "vitest";

/** The Worker of these tests. */
export const ARCHIVE = fileURLToPath(new URL("./worker.ts", import.meta.url).href);
export const objects = { Archive: "Archive" };

/** Calls a method of an archive. */
export type Call = <T = unknown>(method: string, ...args: unknown[]) => Promise<T>;

export function callerOf(url: string, name: string): Call {
  return async (method, ...args) => {
    const body = JSON.stringify(args);
    const response = await fetch(`${url}/agents/archive/${name}/${method}`, {
      method: "POST",
      body,
    });
    const text = await response.text();
    expect([response.status, response.ok ? "" : text]).toEqual([200, ""]);
    return JSON.parse(text);
  };
}

const picture = (bytes: number, type = "image/png") => ({
  type: "file",
  mediaType: type,
  url: `data:${type};base64,${Buffer.alloc(bytes, "picture").toString("base64")}`,
});

const message = (id: string, text: string, ...more: object[]) => ({
  id,
  role: id.startsWith("a") ? "assistant" : "user",
  parts: [{ type: "text", text }, ...more],
});

/** What happens to a session, step by step. */
export const SESSION_STEPS: readonly (readonly [method: string, ...args: unknown[]])[] = [
  ["append", message("u1", "what is a facet", picture(10))],
  ["append", message("a1", "a child", picture(1_600_000))],
  ["find", "facet"],
  ["upsert", message("a1", "a facet, at length ".repeat(100_000), picture(10, "image/jpeg"))],
  ["append", message("b1", "another facet"), "u1"],
  ["append", message("late", "the end")],
  ["compact", "early on", "u1", "b1"],
  ["remove", "u1"],
  ["remove", "a1"],
  ["clear"],
  ["append", message("u1", "a new facet")],
];
