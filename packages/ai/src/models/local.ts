import type { ChatInput } from "../tasks/chat-input.ts";
import type { ChatPart } from "../tasks/chat-output.ts";

/**
 * Models that run in this process. Each is loaded once, when it is first used; what is asked while it
 * works waits its turn, or until its signal aborts.
 */
export interface LocalRunner {
  chat(name: string, input: ChatInput, signal: AbortSignal | undefined): AsyncIterable<ChatPart>;
  embed(
    name: string,
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly (readonly number[])[]>;
  /** @param audio as a file has it */
  transcribe(name: string, audio: Uint8Array, signal?: AbortSignal): Promise<string>;
  /** A WAV file. */
  speak(name: string, text: string, signal?: AbortSignal): Promise<Uint8Array>;
  describe(name: string, picture: Uint8Array, signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}
