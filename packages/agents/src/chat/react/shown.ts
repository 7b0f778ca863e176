/**
 * Which messages a page has shown.
 *
 * @module
 */

import type { UIMessage } from "ai";

/** What is asked anew may take these back, and no others. */
export class ShownMessages {
  readonly #ids = new Set<string>();

  /** These are shown. */
  note(messages: readonly UIMessage[]): void {
    for (const { id } of messages) this.#ids.add(id);
  }

  /** Ids of those that were shown and are none of `messages`. */
  without(messages: readonly UIMessage[]): string[] {
    const kept = new Set(messages.map(({ id }) => id));
    return [...this.#ids].filter((id) => !kept.has(id));
  }
}
