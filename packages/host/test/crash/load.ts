import { WebSocket } from "ws";
import type { Promises } from "./promises.ts";
import type { SeededRandom } from "./random.ts";

export const LEDGERS = ["l0", "l1", "l2", "l3", "l4", "l5"];
export const REMINDERS = ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7"];
const WRITERS = 4;
const TALKERS = 4;
/** How far ahead alarms are set, in milliseconds. */
const AHEAD_MS = 300;

interface LoadOptions {
  readonly url: string;
  /** Makes the names of this load's clients its own. */
  readonly round: number;
  readonly random: SeededRandom;
  readonly promises: Promises;
  /** Called with each acknowledgement. */
  readonly onAnswer: () => void;
}

/** Clients that write, talk and set alarms until the host is gone. */
export class Load {
  readonly #options: LoadOptions;
  readonly #clients: Promise<void>[];
  #stopped = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    const { round } = options;
    const times = (count: number, run: (index: number) => Promise<void>) =>
      Array.from({ length: count }, (_, index) => run(index));
    this.#clients = [
      ...times(WRITERS, (index) => this.#write(this.#pick(LEDGERS), `${round}w${index}`)),
      ...times(TALKERS, (index) => this.#talk(this.#pick(LEDGERS), `${round}t${index}`)),
      ...REMINDERS.map((ledger) => this.#remind(ledger)),
    ];
  }

  /** The host is gone: resolves when every client has noticed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }

  #pick(names: readonly string[]): string {
    return names[this.#options.random.between(0, names.length - 1)] as string;
  }

  async #write(ledger: string, client: string): Promise<void> {
    for (let number = 1; ; number += 1) {
      const answer = await this.#ask(`/write?ledger=${ledger}&client=${client}&number=${number}`);
      if (answer === undefined) return;
      this.#options.promises.written(ledger, client, number);
      this.#options.onAnswer();
    }
  }

  async #remind(ledger: string): Promise<void> {
    const { random, promises, onAnswer } = this.#options;
    for (;;) {
      const time = Date.now() + random.between(0, AHEAD_MS);
      promises.asks(ledger, time);
      const answer = await this.#ask(`/alarm?ledger=${ledger}&time=${time}`);
      if (answer === undefined) return;
      promises.set(ledger, Number(answer));
      onAnswer();
      // Some are moved at once, others get the time to run.
      if (random.fraction() < 0.5) await pause(random.between(1, 40));
      if (this.#stopped) return;
    }
  }

  #talk(ledger: string, client: string): Promise<void> {
    const { url, promises, onAnswer } = this.#options;
    const socket = new WebSocket(`${url.replace("http", "ws")}/?ledger=${ledger}&client=${client}`);
    let number = 1;
    socket.on("open", () => socket.send("1"));
    socket.on("message", (data) => {
      if (Number(String(data)) !== number) throw new Error(`answered ${data}, expected ${number}`);
      promises.written(ledger, client, number);
      onAnswer();
      number += 1;
      socket.send(String(number));
    });
    socket.on("error", () => socket.terminate());
    return new Promise((resolve) => socket.on("close", () => resolve()));
  }

  /** The body of the answer; nothing when the host went away. */
  async #ask(path: string): Promise<string | undefined> {
    if (this.#stopped) return undefined;
    try {
      const response = await fetch(`${this.#options.url}${path}`);
      const text = await response.text();
      if (response.ok) return text;
      // A host that is shutting down says so.
      if (response.status === 503) return undefined;
      throw new Error(`${path} was answered ${response.status} ${text}`);
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
