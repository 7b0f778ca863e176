import { FreeholdError } from "@freehold/host";

/** Whether this process can be replaced by a new one in its place. Windows has no such call. */
export const canStartAnew = process.platform !== "win32" && typeof process.execve === "function";

/**
 * Replaces the process by a new one of the same command on the same port. Whoever started it notices
 * nothing: id, terminal and environment stay. Everything that has to be closed MUST be closed before.
 *
 * @throws FreeholdError `RESTART_FAILED`
 */
export function startAnew(port: number): never {
  const [, ...args] = process.argv;
  try {
    process.execve?.(process.execPath, [
      process.execPath,
      ...process.execArgv,
      ...withPort(args, port),
    ]);
  } catch (cause) {
    throw failed(cause);
  }
  throw failed(undefined);
}

/** The arguments with `--port` set to what the system or Vite has picked. */
export function withPort(args: readonly string[], port: number): string[] {
  const kept = args.filter((arg, index) => {
    const isPort = arg === "--port" || arg.startsWith("--port=");
    return !isPort && args[index - 1] !== "--port";
  });
  return [...kept, "--port", String(port)];
}

function failed(cause: unknown): FreeholdError {
  return new FreeholdError("RESTART_FAILED", "The development server could not start anew.", {
    help: "Stop it and start it again.",
    cause,
  });
}
