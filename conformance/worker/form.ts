import type { Notes } from "./notes.ts";

/** How a program is judged. */
export interface ProgramOptions {
  /**
   * Differences between the hosts that are meant: the label of the step → why. A difference that
   * is declared and does not appear makes the program fail, so that the list can only shrink.
   */
  readonly accept?: Readonly<Record<string, string>>;
  /** Takes more than two seconds: workerd's trace is kept in `recorded/` and not made each time. */
  readonly slow?: boolean;
}

/** Declares the same reason for several steps. */
export function acceptAll(reason: string, labels: readonly string[]): Record<string, string> {
  return Object.fromEntries(labels.map((label) => [label, reason]));
}

/** The client's end of a real WebSocket; what arrives is kept in order. */
export interface ClientSocket {
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  /** Drops the connection with no Close frame. */
  terminate(): void;
  ping(): void;
  /** The next message, or a line about the close, as text. Waits at most three seconds. */
  next(): Promise<string>;
}

/** What the client part of a program gets; it runs in Node and speaks real HTTP. */
export interface ClientTools extends Notes {
  /** Fetches a path of this program's `fetch`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /**
   * Gives a message, its headers first, to this program's `email` and adds what that notes. It comes
   * from `ada@sender.test`, and to an address of the program's own.
   */
  deliver(raw: string): Promise<void>;
  /** Opens a WebSocket to a path of this program's `fetch`. */
  connect(path: string, protocols?: string[]): Promise<ClientSocket>;
}

/** A program as the runner sees it; `body` belongs to the Worker, save for its client part. */
export type Program = { readonly title: string; readonly options: ProgramOptions } & (
  | { readonly kind: "object" | "worker" | "workflow"; readonly body: (tools: never) => unknown }
  | { readonly kind: "client"; readonly body: { client(tools: ClientTools): Promise<void> } }
);
