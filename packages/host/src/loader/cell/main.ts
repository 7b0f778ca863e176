import process from "node:process";
import { type Clock, systemClock } from "../../clock.ts";
import { loaderErrors } from "../../contract-errors.ts";
import { compatibilityFlags } from "../../globals/compatibility.ts";
import { define } from "../../globals/define.ts";
import { installGlobals, showFlags } from "../../globals/install.ts";
import { installVirtualTime } from "../../globals/virtual-time.ts";
import { RpcTarget } from "../../modules/workers.ts";
import { setErrorProperties } from "../../rpc/errors.ts";
import { lend } from "../../rpc/exchange.ts";
import { PortSession } from "../../rpc/port/session.ts";
import { processTransport } from "../../rpc/port/transport.ts";
import { setSocketDefaults, socketDefaultsOf } from "../../sockets/web-socket.ts";
import { splitChannel } from "../channel.ts";
import {
  CELL_ARGUMENT,
  type CellCode,
  type CellLogLevel,
  type FromCell,
  MAX_LOG_CHARACTERS,
  type ObjectStart,
  type StartOutcome,
  type ToCell,
} from "../wire.ts";
import { HostTime } from "./clock.ts";
import { cellConsole } from "./console.ts";
import { LoadedCode } from "./loaded-code.ts";
import { lockDown } from "./lockdown.ts";
import type { CellObjects } from "./objects.ts";
import { innocentProcess } from "./process.ts";
import type { HostStorage } from "./remote-file.ts";

/** The process of one loaded Worker: what its host calls. */
class Cell extends RpcTarget {
  #code: LoadedCode | undefined;
  #objects: CellObjects | undefined;
  #clock: Clock = systemClock;

  /**
   * Starts the Worker. Called once, before all else.
   *
   * @param outbound where the global `fetch` leads; `null` refuses
   */
  async load(code: CellCode, env: object, outbound: Fetches | null): Promise<StartOutcome> {
    const seen = innocentProcess(code.nodeCompat ? { ...env } : {});
    // Before any code of the Worker: what is loaded later could be tampered with.
    if (code.storage) this.#objects = new (await import("./objects.ts")).CellObjects();
    prepare(code, outbound, seen);
    this.#clock = code.virtualTime ? hostTime : systemClock;
    const outcome = await LoadedCode.load(code, env, this.#clock, report, seen);
    if (outcome instanceof LoadedCode) {
      this.#code = outcome;
      return { started: true, exports: outcome.exports };
    }
    return { started: false, failure: outcome };
  }

  /** @param args absent for the read of a property */
  call(name: string, props: object, path: string[], args?: unknown[]): Promise<unknown> {
    return this.#loaded.entrypoint(name, props).call(path, args);
  }

  async respond(name: string, props: object, request: Request): Promise<Response> {
    const response = await this.#loaded.entrypoint(name, props).fetch?.(request);
    if (response === undefined) throw new Error("It answers no requests.");
    return response;
  }

  startObject(number: number, start: ObjectStart, storage: HostStorage): void {
    const room = { version: this.#loaded.version, clock: this.#clock, report };
    this.#ofObjects.start(number, start, storage, room);
  }

  /** @param args absent for the read of a property */
  callObject(number: number, path: string[], args?: unknown[]): Promise<unknown> {
    return this.#ofObjects.object(number).call(path, args);
  }

  respondObject(number: number, request: Request): Promise<Response> {
    return this.#ofObjects.object(number).fetch(request);
  }

  imageOfObject(number: number): Promise<Uint8Array | undefined> {
    return this.#ofObjects.object(number).image();
  }

  /** @param reason of a reset; `null` when it is over as it is */
  endObject(number: number, reason: Error | null): Promise<void> {
    return this.#ofObjects.end(number, reason);
  }

  /** Whether nothing runs or is waited for. */
  isIdle(): boolean {
    return this.#loaded.isIdle;
  }

  get #ofObjects(): CellObjects {
    if (this.#objects === undefined) throw new Error("There are no objects here.");
    return this.#objects;
  }

  get #loaded(): LoadedCode {
    if (this.#code === undefined) throw new Error("Nothing was loaded.");
    return this.#code;
  }
}

interface Fetches {
  fetch(input: unknown, init?: RequestInit): Promise<Response>;
}

/** Globals of Node that lead out of the Worker. */
const HIDDEN = ["process", "BroadcastChannel", "localStorage", "sessionStorage", "Storage"];
/** How many characters are written in one turn. The rest is dropped. */
const MAX_WRITTEN = 1_000_000;
/** Turns of the event loop in which what a message set off comes to rest. */
const SETTLE_TURNS = 4;

const channel = splitChannel(processTransport(process), (message) => heard(message as ToCell));
const hostTime = new HostTime(tell);

if (process.argv[2] === CELL_ARGUMENT) {
  installGlobals();
  // Code of the Worker that fails on its own ends nothing.
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
  process.once("disconnect", () => process.exit());
  new PortSession(channel.calls, { main: lend(new Cell()), onError: () => process.exit(1) });
}

function tell(message: FromCell): void {
  channel.send(message);
}

function heard(message: ToCell): void {
  if (message.cell === "time") hostTime.told(message.now, message.runs);
  else if (message.cell === "timer") hostTime.fire(message.id);
  else settle(message.id, SETTLE_TURNS);
}

function settle(id: number, turns: number): void {
  if (turns === 0) tell({ cell: "rest", id });
  else setImmediate(() => settle(id, turns - 1));
}

function report(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  tell({ cell: "log", level: "error", text: `Uncaught ${text}`.slice(0, MAX_LOG_CHARACTERS) });
}

let written = 0;

/** What is written without letting the event loop turn would pile up in memory. */
function write(level: CellLogLevel, line: string): void {
  if (written === 0) {
    setImmediate(() => {
      written = 0;
    });
  }
  if (written > MAX_WRITTEN) return;
  const text = line.slice(0, MAX_LOG_CHARACTERS);
  written += text.length + 1;
  tell({ cell: "log", level, text });
}

function prepare(code: CellCode, outbound: Fetches | null, seen: object): void {
  const flags = compatibilityFlags(code.compatibilityDate, code.compatibilityFlags);
  setSocketDefaults(socketDefaultsOf(flags));
  setErrorProperties(flags.enhanced_error_serialization === true);
  showFlags(flags);
  if (code.virtualTime) installVirtualTime();
  define(globalThis, "console", cellConsole(write));
  define(globalThis, "fetch", (input: unknown, init?: RequestInit) =>
    outbound === null ? Promise.reject(loaderErrors.noInternet()) : outbound.fetch(input, init),
  );
  lockDown();
  for (const name of HIDDEN) Reflect.deleteProperty(globalThis, name);
  // Node's own pool of connections.
  for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
    if (symbol !== Symbol.toStringTag) Reflect.set(globalThis, symbol, undefined);
  }
  if (code.nodeCompat) define(globalThis, "process", seen);
}
