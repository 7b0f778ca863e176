import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { anthropic } from "./anthropic.ts";
import type { AnswerHead, Format } from "./format.ts";
import { google } from "./google.ts";
import { openai } from "./openai.ts";
import { openaiResponses } from "./openai-responses.ts";
import { Output } from "./output.ts";
import {
  answers,
  callProblems,
  contentOf,
  finishOf,
  type KnownTurn,
  knownTurn,
  type ModelMessage,
  type ModelRequest,
  type ScriptEntry,
  type Turn,
  turnOf,
} from "./script.ts";

/** A model that says what its script says, over HTTP on a port of its own. */
export interface ModelServer extends AsyncDisposable {
  /**
   * Base URL for `@ai-sdk/openai-compatible`, `@ai-sdk/openai`, `@ai-sdk/anthropic` and
   * `@ai-sdk/google` alike: `http://…/v1`.
   */
  readonly url: string;
  /** The well-formed requests so far, in the order in which they came. */
  readonly requests: readonly ModelRequest[];
  /** Requests that were malformed, or had no turn left. Both are answered with status 400. */
  readonly problems: readonly string[];
  /** How many more requests the script answers. */
  readonly left: number;
  /** Adds turns behind those there are. */
  add(...entries: readonly ScriptEntry[]): void;
  /** The request with this number, from 1, as soon as it has come. */
  request(number: number): Promise<ModelRequest>;
  /** Ends the server and every answer that is under way. */
  close(): Promise<void>;
}

/**
 * Starts a model that answers each request with the first turn of its script that fits and is not
 * used up. It speaks the OpenAI-compatible chat completions, OpenAI's responses, Anthropic's messages
 * and Google's contents, streamed or whole, and refuses what those would refuse.
 *
 * @example
 * ```ts
 * await using model = await startModelServer([
 *   [{ tool: "weather", input: { city: "Oslo" } }],
 *   ["It ", { wait: 5 }, "rains."],
 *   { when: "again", status: 429, message: "slow down", headers: { "retry-after-ms": "1" } },
 * ]);
 * const provider = createOpenAICompatible({ name: "test", baseURL: model.url, apiKey: "key" });
 * ```
 */
export async function startModelServer(script: readonly ScriptEntry[] = []): Promise<ModelServer> {
  const model = new ScriptedModel(script);
  const server = createServer((incoming, response) => {
    model.handle(incoming, response).catch((error: unknown) => {
      model.problems.push(`the answer failed: ${String(error)}`);
      response.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: model.requests,
    problems: model.problems,
    get left() {
      return model.left;
    },
    add: (...entries) => model.add(entries),
    request: (number) => model.request(number),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The part of a script that is still to come, and what was asked so far. */
class ScriptedModel {
  readonly requests: ModelRequest[] = [];
  readonly problems: string[] = [];
  /** Responses remember what they said, so each server has its own. */
  readonly #formats: Readonly<Record<ModelRequest["format"], Format>> = {
    openai,
    "openai-responses": openaiResponses(),
    anthropic,
    google,
  };
  readonly #turns: { readonly turn: Turn; left: number }[] = [];
  readonly #waiting = new Map<number, PromiseWithResolvers<ModelRequest>>();
  #calls = 0;

  constructor(script: readonly ScriptEntry[]) {
    this.add(script);
  }

  get left(): number {
    return this.#turns.reduce((sum, { left }) => sum + left, 0);
  }

  add(entries: readonly ScriptEntry[]): void {
    const turns = entries.map(turnOf);
    this.#turns.push(...turns.map((turn) => ({ turn, left: turn.times ?? 1 })));
  }

  async request(number: number): Promise<ModelRequest> {
    const there = this.requests[number - 1];
    if (there) return there;
    const waiting = this.#waiting.get(number) ?? Promise.withResolvers<ModelRequest>();
    this.#waiting.set(number, waiting);
    return waiting.promise;
  }

  async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = incoming.url ?? "";
    const names = Object.keys(this.#formats) as ModelRequest["format"][];
    const name = names.find((each) => this.#formats[each].path.test(path));
    const format = name && this.#formats[name];
    const refuse = (problem: string) => {
      this.problems.push(`${incoming.method} ${incoming.url}: ${problem}`);
      sendJson(response, 400, (format ?? openai).error(400, problem));
    };
    const text = await readText(incoming);
    if (!format || incoming.method !== "POST") return refuse("there is nothing here");
    const body = parse(text);
    if (body === undefined) return refuse("the body is no JSON object");
    if (!/^application\/json\b/.test(incoming.headers["content-type"] ?? "")) {
      return refuse("content-type is not application/json");
    }
    const wrong = format.problems(body, incoming.headers);
    if (wrong.length > 0) return refuse(wrong.join("; "));
    const conversation = format.read(body, path);
    const misused = callProblems(conversation.messages);
    if (misused.length > 0) return refuse(misused.join("; "));
    const ended = Promise.withResolvers<"sent" | "abandoned">();
    const request: ModelRequest = {
      ...conversation,
      number: this.requests.length + 1,
      format: name,
      headers: incoming.headers,
      body,
      prompt: promptOf(conversation.messages),
      ended: ended.promise,
    };
    response.once("close", () => ended.resolve(response.writableFinished ? "sent" : "abandoned"));
    const turn = this.#take(request);
    if (!turn) return refuse(`the script has no turn for ${JSON.stringify(request.prompt)}`);
    this.#record(request);
    await this.#answer(format, request, turn, response);
  }

  #take(request: ModelRequest): KnownTurn | undefined {
    const found = this.#turns.find(({ left, turn }) => left > 0 && answers(turn, request));
    if (!found) return undefined;
    found.left -= 1;
    return knownTurn(found.turn, request);
  }

  #record(request: ModelRequest): void {
    this.requests.push(request);
    this.#waiting.get(request.number)?.resolve(request);
  }

  async #answer(
    format: Format,
    request: ModelRequest,
    turn: KnownTurn,
    response: ServerResponse,
  ): Promise<void> {
    for (const [name, value] of Object.entries(turn.headers ?? {})) response.setHeader(name, value);
    const { message = "the model failed", status } = turn;
    if (status !== undefined) return sendJson(response, status, format.error(status, message));
    const head: AnswerHead = {
      id: `answer-${request.number}`,
      model: request.model,
      created: 1_700_000_000 + request.number,
      body: request.body,
      usage: turn.usage ?? { input: 10, output: 5 },
    };
    if (request.isStream) return this.#stream(format, head, turn, response);
    await this.#whole(format, head, turn, response);
  }

  async #stream(
    format: Format,
    head: AnswerHead,
    turn: KnownTurn,
    response: ServerResponse,
  ): Promise<void> {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    const out = new Output(response, turn.pieces);
    const writer = format.stream(head);
    await out.write(writer.begin());
    for (const step of turn.steps) {
      if (out.isGone) return;
      const content = contentOf(step, () => this.#callId());
      if (content) await out.write(writer.add(content));
      else if (typeof step === "object" && "fail" in step) {
        await out.write(writer.fail(step.fail));
        response.end();
        return;
      } else if (typeof step === "object" && "raw" in step) await out.write([step.raw]);
      else if (typeof step === "object" && "cut" in step) return void response.destroy();
      else await out.pause(step);
    }
    const finish = finishOf(turn);
    if (finish !== "none") await out.write(writer.end(finish));
    response.end();
  }

  async #whole(
    format: Format,
    head: AnswerHead,
    turn: KnownTurn,
    response: ServerResponse,
  ): Promise<void> {
    const out = new Output(response, turn.pieces);
    const { steps } = turn;
    for (const step of steps) {
      if (out.isGone) return;
      if (typeof step !== "object") continue;
      if ("cut" in step) return void response.destroy();
      if ("fail" in step) return sendJson(response, 500, format.error(500, step.fail));
      await out.pause(step);
    }
    const contents = steps.flatMap((step) => contentOf(step, () => this.#callId()) ?? []);
    const finish = finishOf(turn);
    const answer = format.whole(head, contents, finish === "none" ? "stop" : finish);
    sendJson(response, 200, answer);
  }

  #callId(): string {
    this.#calls += 1;
    return `call_${this.#calls}`;
  }
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function promptOf(messages: readonly ModelMessage[]): string {
  return messages.findLast(({ role, text }) => role === "user" && text !== "")?.text ?? "";
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
