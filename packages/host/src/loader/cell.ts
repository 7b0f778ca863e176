import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { type Clock, systemClock, type Timer } from "../clock.ts";
import { runOutside } from "../context.ts";
import { loaderErrors, rpcErrors } from "../contract-errors.ts";
import type { Logger } from "../log.ts";
import { countOutside } from "../progress.ts";
import type { Hook } from "../rpc/hook.ts";
import { PortSession } from "../rpc/port/session.ts";
import { processTransport, type Transport } from "../rpc/port/transport.ts";
import { MAIN } from "../rpc/port/wire.ts";
import { type SplitChannel, splitChannel } from "./channel.ts";
import { MAX_RESIDENT_BYTES, spawnCell, usageOf } from "./spawn.ts";
import { answerQuestions, type FileAnswer, type FileRequest } from "./sync-channel.ts";
import { type FromCell, readFromCell, type ToCell } from "./wire.ts";

/** What cells have of their host. */
export interface CellRoom {
  readonly clock: Clock;
  readonly log: Logger;
}

const WATCH_MS = 50;
const MAX_TIMERS = 10_000;
const MAX_LOGS_PER_WATCH = 200;

/** A call whose CPU time is limited. */
interface Burst {
  readonly limitMs: number;
  /** What the process had used when the call began. */
  readonly from: number;
}

/**
 * The process of one loaded Worker. What comes from it is not trusted. It is watched while calls are
 * under way, and killed when it takes more than it may; those calls fail with the reason.
 */
export class Cell {
  /** Resolves when its process has ended, and holds no file any more. */
  readonly ended: Promise<void>;
  readonly #objectsLost = new Set<(reason: Error) => void>();
  readonly #room: CellRoom;
  readonly #child: ChildProcess;
  readonly #channel: SplitChannel;
  readonly #session: PortSession;
  readonly #main: Hook;
  readonly #bursts = new Set<Burst>();
  readonly #timers = new Map<number, Timer>();
  readonly #objects = new Map<number, (request: FileRequest) => FileAnswer>();
  #lastObject = 0;
  #makeReason: () => Error = rpcErrors.connectionLost;
  #watch: Timer | undefined;
  #hasEnded = false;
  #logs = 0;
  #settling: { readonly id: number; readonly done: () => void } | undefined;
  #lastSettling = 0;
  #hasMore = false;

  constructor(room: CellRoom) {
    this.#room = room;
    this.#child = spawnCell();
    living.add(this.#child);
    this.#channel = splitChannel(
      processTransport(this.#child),
      (message) => this.#heard(message),
      () => this.#tellTime(),
    );
    // Why the channel closed is known when the process has ended.
    this.#child.once("disconnect", () => this.#child.kill("SIGKILL"));
    const { calls } = this.#channel;
    const transport = { ...calls, listen: listenUntilEnd(calls) };
    this.#session = new PortSession(transport, {
      onError: (error) => {
        room.log.warn("A loaded Worker broke the rules of its channel.", { error });
        this.end();
      },
    });
    this.#main = this.#session.borrow(MAIN, false);
    this.#answerQuestions();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#child.once("error", (error) => {
      room.log.error("The process of a loaded Worker could not be started.", { error });
      this.#over();
      resolve();
    });
    this.#child.once("exit", (code, signal) => {
      living.delete(this.#child);
      // V8 ends the process when its heap is full.
      const isFull = signal === "SIGABRT" || code === 134;
      this.#over(isFull ? loaderErrors.memoryExceeded : rpcErrors.connectionLost);
      resolve();
    });
    // It may not keep the host's process alive.
    this.#child.unref();
    this.#child.channel?.unref();
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Nothing is under way, and nothing of it is held. */
  get isQuiet(): boolean {
    return this.#session.isQuiet && !this.isBusy;
  }

  /** Calls are under way, or it has objects. */
  get isBusy(): boolean {
    return this.#bursts.size > 0 || this.#objects.size > 0;
  }

  /**
   * An object lives in it until the returned function is called.
   *
   * @param answer to what it asks about its file
   * @param lost called when the process ends before it
   * @returns the object's number, too
   */
  hold(
    answer: (request: FileRequest) => FileAnswer,
    lost: (reason: Error) => void,
  ): [number: number, letGo: () => void] {
    this.#lastObject += 1;
    const number = this.#lastObject;
    this.#objects.set(number, answer);
    this.#objectsLost.add(lost);
    const letGo = () => {
      this.#objects.delete(number);
      this.#objectsLost.delete(lost);
    };
    if (this.#hasEnded) lost(this.#makeReason());
    return [number, letGo];
  }

  /**
   * Calls a method of the cell's own.
   *
   * @param cpuMs how much CPU time the process may use meanwhile
   */
  async call<T>(name: string, args: readonly unknown[], cpuMs: number): Promise<T> {
    const burst = { limitMs: cpuMs, from: this.#cpuMs() };
    this.#bursts.add(burst);
    if (!this.#hasEnded) this.#child.channel?.ref();
    this.#startWatch();
    const reply = this.#main.call([name], args);
    try {
      return (await reply) as T;
    } finally {
      this.#bursts.delete(burst);
      if (this.#bursts.size === 0) this.#child.channel?.unref();
    }
  }

  end(makeReason: () => Error = rpcErrors.connectionLost): void {
    this.#child.kill("SIGKILL");
    this.#over(makeReason);
  }

  #over(makeReason: () => Error = rpcErrors.connectionLost): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#makeReason = makeReason;
    for (const lost of this.#objectsLost) lost(makeReason());
    this.#watch?.cancel();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#settling?.done();
    this.#session.close(makeReason);
  }

  #answerQuestions(): void {
    const pipe = this.#child.stdio[4] as Socket | null | undefined;
    if (!pipe) return;
    pipe.unref();
    const unknown: FileAnswer = { failure: "There is no such object." };
    const answer = (request: FileRequest) =>
      this.#objects.get(request.object)?.(request) ?? unknown;
    answerQuestions(pipe, answer, () => this.end());
  }

  #startWatch(): void {
    if (this.#watch !== undefined || this.#hasEnded) return;
    this.#watch = runOutside(() => systemClock.setTimer(() => this.#look(), WATCH_MS));
  }

  #look(): void {
    this.#watch = undefined;
    this.#logs = 0;
    const usage = usageOf(this.#child.pid ?? 0);
    const cpuMs = usage?.cpuMs ?? systemClock.now();
    const isLate = [...this.#bursts].some(({ limitMs, from }) => cpuMs - from > limitMs);
    const isFull = usage !== undefined && usage.residentBytes > MAX_RESIDENT_BYTES;
    if (isLate) this.end(loaderErrors.cpuExceeded);
    else if (isFull) this.end(loaderErrors.memoryExceeded);
    else if (this.#bursts.size > 0) this.#startWatch();
  }

  /** Where the system does not tell, the time that passes takes its place. */
  #cpuMs(): number {
    return usageOf(this.#child.pid ?? 0)?.cpuMs ?? systemClock.now();
  }

  #heard(message: object): void {
    const known = readFromCell(message);
    if (known === undefined) {
      this.#room.log.warn("A loaded Worker broke the rules of its channel.");
      this.end();
      return;
    }
    runOutside(() => this.#handle(known));
  }

  #handle(message: FromCell): void {
    switch (message.cell) {
      case "setTimer":
        this.#setTimer(message.id, message.delayMs);
        return;
      case "cancelTimer":
        this.#timers.get(message.id)?.cancel();
        this.#timers.delete(message.id);
        return;
      case "rest":
        this.#rests(message.id);
        return;
      case "log":
        this.#logs += 1;
        if (this.#logs <= MAX_LOGS_PER_WATCH) this.#room.log[message.level](message.text);
        this.#startWatch();
    }
  }

  #setTimer(id: number, delayMs: number): void {
    if (this.#timers.size >= MAX_TIMERS || this.#timers.has(id)) {
      this.end();
      return;
    }
    const fire = () => {
      this.#timers.delete(id);
      this.#tellTime();
      this.#tell({ cell: "timer", id });
    };
    this.#timers.set(id, this.#room.clock.setTimer(fire, delayMs));
  }

  /** A clock of a test waits until nothing goes on in the cell without time. */
  #tellTime(): void {
    const { clock } = this.#room;
    if (clock === systemClock || this.#hasEnded) return;
    const runs = "isPaused" in clock && clock.isPaused === false;
    this.#tell({ cell: "time", now: clock.now(), runs });
    if (this.#settling === undefined) this.#settle();
    else this.#hasMore = true;
  }

  #settle(): void {
    this.#hasMore = false;
    this.#lastSettling += 1;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settling = { id: this.#lastSettling, done: resolve };
    void countOutside(this.#room.clock, promise);
    const id = this.#lastSettling;
    // Behind the message that it is sent for.
    queueMicrotask(() => this.#tell({ cell: "settle", id }));
  }

  #rests(id: number): void {
    const settling = this.#settling;
    if (settling?.id !== id) return;
    this.#settling = undefined;
    if (this.#hasMore) this.#settle();
    settling.done();
  }

  #tell(message: ToCell): void {
    this.#channel.send(message);
  }
}

function listenUntilEnd({ listen }: Transport): Transport["listen"] {
  return (onMessage) => listen(onMessage, () => undefined);
}

/** None outlives the host's process. */
const living = new Set<ChildProcess>();

process.once("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});
