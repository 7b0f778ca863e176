import type { IncomingHttpHeaders } from "node:http";
import type { z } from "zod";
import type { Content, Conversation, Finish, Usage } from "./script.ts";

/** What an answer is written for. */
export interface AnswerHead {
  readonly id: string;
  readonly model: string;
  /** Seconds since the Unix epoch. */
  readonly created: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly usage: Usage;
}

/** Writes the events of one streamed answer. */
export interface StreamWriter {
  begin(): string[];
  add(content: Content): string[];
  fail(message: string): string[];
  end(finish: Finish): string[];
}

/** How one provider's interface reads requests and writes answers. */
export interface Format {
  /** The path and query that requests are posted to. */
  readonly path: RegExp;
  /** What is wrong with a request, beyond its calls of tools. */
  problems(body: unknown, headers: IncomingHttpHeaders): string[];
  /** Reads a request without problems, posted to `path`. */
  read(body: unknown, path: string): Conversation;
  stream(head: AnswerHead): StreamWriter;
  /** The answer to a request that does not stream. */
  whole(head: AnswerHead, contents: readonly Content[], finish: Finish): object;
  error(status: number, message: string): object;
}

/** What a schema finds wrong, a line each. */
export function schemaProblems(schema: z.ZodType, body: unknown): string[] {
  const { error } = schema.safeParse(body);
  return (error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".") || "body"}: ${message}`,
  );
}
