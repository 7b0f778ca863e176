import { Agent, callable, routeAgentRequest } from "@freehold/agents";
import {
  type DeskApi,
  type DeskState,
  LONGEST_WISH,
  type Purchase,
  type PurchaseProgress,
} from "./protocol.ts";

export { Purchase } from "./purchase.ts";

interface Env extends Cloudflare.Env {
  Desk: DurableObjectNamespace<Desk>;
  PURCHASE: Workflow;
}

/** Takes requests, lets a workflow see to each, and shows every page how far they are. */
export class Desk extends Agent<Env, DeskState> implements DeskApi {
  override initialState: DeskState = { purchases: [] };

  @callable()
  async request(what: string): Promise<string> {
    const wanted = text(what, "What is wanted");
    const id = `purchase-${crypto.randomUUID()}`;
    const purchase: Purchase = { id, what: wanted, phase: "looking", offers: [] };
    this.setState({ purchases: [purchase, ...this.state.purchases] });
    return this.runWorkflow("PURCHASE", { what: wanted }, { id });
  }

  @callable()
  async approve(id: string, by: string): Promise<void> {
    await this.approveWorkflow(this.#asking(id), { metadata: { by: text(by, "A name") } });
  }

  @callable()
  async decline(id: string, by: string, reason: string): Promise<void> {
    const why = { by: text(by, "A name"), reason: text(reason, "A reason") };
    this.#change(this.#asking(id), why);
    await this.rejectWorkflow(id, { reason: why.reason });
  }

  override async onWorkflowProgress(_name: string, id: string, progress: unknown): Promise<void> {
    this.#change(id, progress as PurchaseProgress);
  }

  override async onWorkflowComplete(_name: string, id: string, result?: unknown): Promise<void> {
    this.#change(id, { phase: "ordered", confirmation: String(result) });
  }

  override async onWorkflowError(_name: string, id: string, error: string): Promise<void> {
    this.#change(id, { phase: "declined", reason: error });
  }

  #change(id: string, change: Partial<Purchase>): void {
    this.setState({
      purchases: this.state.purchases.map((one) => (one.id === id ? { ...one, ...change } : one)),
    });
  }

  /** The id of a purchase that waits for a decision. */
  #asking(id: string): string {
    const found = this.state.purchases.find((one) => one.id === id);
    if (found?.phase === "asking") return found.id;
    throw new Error("There is nothing to decide.");
  }
}

function text(value: unknown, what: string): string {
  const trimmed = typeof value === "string" ? value.trim() : "";
  if (trimmed !== "" && trimmed.length <= LONGEST_WISH) return trimmed;
  throw new Error(`${what} must be a text of at most ${LONGEST_WISH} letters.`);
}

export default {
  async fetch(request, env) {
    return (await routeAgentRequest(request, env)) ?? new Response("Not found", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
