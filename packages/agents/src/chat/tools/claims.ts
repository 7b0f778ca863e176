/**
 * Which of several tabs runs a client's tool.
 *
 * Every tab sees the call. The one that claims it first runs it; when that tab goes without a
 * result, the next one that asked does.
 *
 * @module
 */

/** A tab that may run a tool. */
export interface Claimant {
  readonly id: string;
}

/** The claims of one chat. They live as long as the agent does in memory. */
export class Claims<Tab extends Claimant> {
  /** Those who asked for a call, in order: the first has it. */
  readonly #claims = new Map<string, readonly Tab[]>();

  /** Asks for a call; whether it is this tab's. */
  claim(toolCallId: string, tab: Tab): boolean {
    const asked = this.#claims.get(toolCallId) ?? [];
    const known = asked.some(({ id }) => id === tab.id);
    this.#claims.set(toolCallId, known ? asked : [...asked, tab]);
    return (asked[0] ?? tab).id === tab.id;
  }

  /** The call was answered. */
  settle(toolCallId: string): void {
    this.#claims.delete(toolCallId);
  }

  /** A tab has gone: the calls it had, each with the tab that has it now. */
  leave(tab: Claimant): [toolCallId: string, next: Tab][] {
    const passed: [string, Tab][] = [];
    for (const [toolCallId, asked] of this.#claims) {
      const left = asked.filter(({ id }) => id !== tab.id);
      if (left.length === asked.length) continue;
      const [next] = left;
      if (next) this.#claims.set(toolCallId, left);
      else this.#claims.delete(toolCallId);
      if (next && asked[0]?.id === tab.id) passed.push([toolCallId, next]);
    }
    return passed;
  }

  /** Nobody has anything any more. */
  clear(): void {
    this.#claims.clear();
  }
}
