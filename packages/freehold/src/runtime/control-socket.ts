import { mkdir, rm } from "node:fs/promises";
import { createServer, request as httpRequest, type Server } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { FreeholdError } from "@freehold/host";

/** What a running host answers its own user's commands: a verb, and what it is about. */
export type ControlHandler = (verb: string, body: Readonly<Record<string, unknown>>) => unknown;

/**
 * Several handlers as one: verbs are `area/what`.
 *
 * @throws FreeholdError `COMMAND_UNKNOWN`
 */
export function controlOf(areas: Readonly<Record<string, ControlHandler>>): ControlHandler {
  return (verb, body) => {
    const area = verb.slice(0, verb.indexOf("/"));
    const handler = Object.hasOwn(areas, area) ? areas[area] : undefined;
    if (handler === undefined) throw unknownCommand(verb);
    return handler(verb, body);
  };
}

export function unknownCommand(verb: string): FreeholdError {
  return new FreeholdError("COMMAND_UNKNOWN", `The host knows no command ${verb}.`, {
    help: "Use the `freehold` command of the same version.",
  });
}

/** Systems allow no longer name for a socket. */
const LONGEST_PATH = 100;
const OWNER_ONLY = 0o700;
const BODY_BYTES = 1024 * 1024;

function folderOf(dataDirectory: string): string {
  return join(dataDirectory, "control");
}

/** Where the socket of a data directory is; `undefined` when its path is too long to be one. */
function socketOf(dataDirectory: string): string | undefined {
  const path = join(folderOf(dataDirectory), "host.sock");
  return Buffer.byteLength(path) <= LONGEST_PATH ? path : undefined;
}

/**
 * Listens for commands of the user who runs the host, on a socket that no other user can reach: it
 * stands in a folder that is the owner's alone.
 *
 * @returns ends it
 */
export async function openControlSocket(
  dataDirectory: string,
  handle: ControlHandler,
): Promise<() => Promise<void>> {
  const path = socketOf(dataDirectory);
  if (path === undefined || process.platform === "win32") return async () => undefined;
  await mkdir(folderOf(dataDirectory), { recursive: true, mode: OWNER_ONLY });
  // Left behind by a host that was killed: the lock of the directory says that it runs no more.
  await rm(path, { force: true });
  const server = createServer((incoming, outgoing) => {
    const answer = async () => {
      const length = Number(incoming.headers["content-length"] ?? 0);
      if (length > BODY_BYTES) throw tooLarge();
      const body = (await json(incoming)) as Readonly<Record<string, unknown>>;
      return { result: await handle(String(incoming.url).slice(1), body) };
    };
    answer()
      .catch((error: unknown) => ({ error: told(error) }))
      .then((value) => outgoing.end(JSON.stringify(value, plainJson)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  server.unref();
  return () => closed(server);
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function told(error: unknown): object {
  if (error instanceof FreeholdError) {
    return { code: error.code, message: error.message, help: error.help };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "COMMAND_FAILED", message, help: "Look at the log of the host." };
}

/** JSON of what programs keep: what it has no word for becomes text. */
export function plainJson(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength} bytes)`;
  return value;
}

/**
 * Asks the host that runs on a data directory.
 *
 * @throws FreeholdError `HOST_NOT_RUNNING`, and what the host answers
 */
export async function askHost(
  dataDirectory: string,
  verb: string,
  body: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const socketPath = socketOf(dataDirectory);
  if (socketPath === undefined) throw notRunning(dataDirectory, undefined);
  const text = JSON.stringify(body);
  const answer = await new Promise<Answer>((resolve, reject) => {
    const outgoing = httpRequest(
      { socketPath, path: `/${verb}`, method: "POST" },
      (incoming) => void json(incoming).then((value) => resolve(value as Answer), reject),
    );
    outgoing.on("error", (cause) => reject(notRunning(dataDirectory, cause)));
    outgoing.setHeader("content-length", Buffer.byteLength(text));
    outgoing.end(text);
  });
  if (answer.error === undefined) return answer.result;
  const { code, message, help } = answer.error;
  throw new FreeholdError(code, message, { help });
}

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly help: string };
}

function notRunning(dataDirectory: string, cause: unknown): FreeholdError {
  return new FreeholdError("HOST_NOT_RUNNING", `No host of yours runs on ${dataDirectory}.`, {
    help: "Start the project with `freehold dev` or `freehold start`, or name its data with --data.",
    ...(cause !== undefined && { cause }),
  });
}

function tooLarge(): FreeholdError {
  return new FreeholdError("COMMAND_TOO_LARGE", "The command is too large.", {
    help: `Send at most ${BODY_BYTES} bytes.`,
  });
}
