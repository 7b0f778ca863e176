import {
  AgentWorkflow,
  type AgentWorkflowEvent,
  type AgentWorkflowStep,
} from "@freehold/agents/workflows";
import { findOffers, order } from "./offers.ts";
import type { PurchaseProgress } from "./protocol.ts";
import type { Desk } from "./server.ts";

/** Days in which an approval can be taken back by ending the workflow. */
export const DAYS_TO_THINK = 3;

/**
 * Looks for offers, asks a person, waits, and orders. Each step's result is kept, so it goes on where
 * it was whatever ends the process; while it waits it is only a file.
 */
export class Purchase extends AgentWorkflow<Desk, { what: string }, PurchaseProgress> {
  override async run(event: AgentWorkflowEvent<{ what: string }>, step: AgentWorkflowStep) {
    const offers = await step.do("look for offers", () => findOffers(event.payload.what));
    const [best] = offers;
    if (!best) throw new Error("Nobody sells that.");
    await this.reportProgress({ phase: "asking", offers });
    const { by } = await this.waitForApproval<{ by: string }>(step, { timeout: "30 days" });
    const dueAt = await step.do("set the day", async () => Date.now() + DAYS_TO_THINK * 86_400_000);
    await this.reportProgress({ phase: "approved", by, dueAt });
    await step.sleepUntil("think it over", dueAt);
    const confirmation = await step.do("order", () => order(best, this.workflowId));
    await step.reportComplete(confirmation);
  }
}
