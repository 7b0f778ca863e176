import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, systemClock, systemRandom, type Timer } from "@freehold/host";
import { Gateways, type GatewaysOptions } from "../gateways.ts";
import type { GatewaySettings, GatewaysSettings } from "../settings.ts";
import { AnswerHeader } from "../wire.ts";

/** Gateways on a port, with providers at an address of the test's, and a clock that it can move. */
export class GatewayKit implements AsyncDisposable {
  readonly gateways: Gateways;
  readonly secrets: Record<string, string> = {
    OPENAI_API_KEY: "stored-key",
    TOKEN: "gateway-token",
  };
  readonly #folder = mkdtempSync(join(tmpdir(), "freehold-gateway-"));
  #ahead = 0;
  #held: Set<() => void> | undefined;
  #isDueAtOnce: (delayMs: number) => boolean = () => false;
  readonly #waits: number[] = [];

  /**
   * @param model base URL of a scripted model, such as `http://127.0.0.1:1234/v1`
   * @param own answers for `workers-ai`
   */
  constructor(
    model: string,
    gateway: GatewaySettings = {},
    settings: Omit<GatewaysSettings, "gateways"> = {},
    own?: GatewaysOptions["own"],
  ) {
    const root = model.replace(/\/v1$/, "");
    this.gateways = new Gateways({
      settings: {
        ...settings,
        gateways: { default: gateway },
        providers: {
          openai: { baseUrl: model },
          anthropic: { baseUrl: root },
          groq: { baseUrl: model },
          "custom-dead": { baseUrl: "http://127.0.0.1:9" },
          ...settings.providers,
        },
      },
      folder: this.#folder,
      clock: {
        now: () => systemClock.now() + this.#ahead,
        setTimer: (callback, delayMs) => this.#setTimer(callback, delayMs),
      },
      random: systemRandom,
      log: createLogger({ now: () => 0, level: "error" }),
      secretOf: (name) => this.secrets[name],
      ...(own && { own }),
    });
  }

  /** From now on timers wait for {@link ring}. */
  holdTimers(): void {
    this.#held = new Set();
  }

  /** How long each timer was to wait that was set since timers are held, in ms. */
  get waits(): readonly number[] {
    return this.#waits;
  }

  /** Of the timers that are held, these are due as soon as they are set. */
  ringAtOnce(which: (delayMs: number) => boolean = () => true): void {
    this.#isDueAtOnce = which;
  }

  /** Lets all timers that are set be due. */
  ring(): void {
    const due = [...(this.#held ?? [])];
    this.#held?.clear();
    for (const callback of due) callback();
  }

  advance(ms: number): void {
    this.#ahead += ms;
  }

  url(provider = ""): Promise<string> {
    return this.gateways.url("default", provider);
  }

  /** Asks for a chat completion in OpenAI's form. */
  async chat(
    prompt: string,
    headers: Readonly<Record<string, string>> = {},
    body: object = {},
    path = "openai/chat/completions",
  ): Promise<Response> {
    return fetch(await this.url(path), {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer mine", ...headers },
      body: JSON.stringify({
        model: "small",
        messages: [{ role: "user", content: prompt }],
        ...body,
      }),
    });
  }

  log(response: Response) {
    return this.gateways.store.log("default", response.headers.get(AnswerHeader.LOG_ID) ?? "");
  }

  #setTimer(callback: () => void, delayMs: number): Timer {
    const held = this.#held;
    if (held === undefined) return systemClock.setTimer(callback, delayMs);
    this.#waits.push(delayMs);
    if (this.#isDueAtOnce(delayMs)) return systemClock.setTimer(callback, 0);
    held.add(callback);
    return { cancel: () => void held.delete(callback) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateways.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What a kit is made with, behind the model. */
export type GatewayKitSettings =
  ConstructorParameters<typeof GatewayKit> extends [string, ...infer Rest] ? Rest : never;

/** The words of a chat completion in OpenAI's form. */
export async function saidBy(response: Response): Promise<string | undefined> {
  const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
  return choices[0]?.message.content;
}

/** What a gateway refuses with. */
export async function refused(response: Response): Promise<{ status: number; code: number }> {
  const { error } = (await response.json()) as { error: { code: number }[] };
  return { status: response.status, code: error[0]?.code ?? 0 };
}
