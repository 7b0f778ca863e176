import { Agent, callable, routeAgentRequest } from "@freehold/agents";
import type { TaskStep } from "@freehold/agents/tasks";
import { type ModelSettings, say } from "./model.ts";
import {
  type Finding,
  type LeadApi,
  longestQuestion,
  noFinding,
  noResearch,
  type Research,
} from "./protocol.ts";

interface Env extends ModelSettings {
  Lead: DurableObjectNamespace<Lead>;
}

/** Splits a question over researchers and writes the answer from what they find. */
export class Lead extends Agent<Env, Research> implements LeadApi {
  override initialState = noResearch;

  /**
   * Whatever ends the process, the task goes on after the last step that was done; steps that were
   * under way begin again.
   */
  override taskDefinitions = {
    research: async (question: string, step: TaskStep) => {
      try {
        const parts = await step.do("plan", ({ signal }) => this.#plan(question, signal));
        const findings = await Promise.all(
          parts.map((part, index) =>
            step.do(`research ${index + 1}`, ({ signal }) => this.#find(index, part, signal)),
          ),
        );
        await step.do("write", ({ signal }) => this.#write(question, findings, signal));
      } catch (error) {
        // What is no Error ends this attempt only: a step waits, or the task was stopped.
        if (error instanceof Error) this.#become({ stage: "failed", error: error.message });
        throw error;
      }
    },
  };

  @callable()
  async ask(question: string): Promise<void> {
    const asked = typeof question === "string" ? question.trim() : "";
    if (asked === "" || asked.length > longestQuestion) {
      throw new Error(`Ask a question of at most ${longestQuestion} characters.`);
    }
    if (!["idle", "stopped", "failed"].includes(this.state.stage)) {
      throw new Error("This team has its question already.");
    }
    const runId = crypto.randomUUID();
    this.setState({ ...noResearch, stage: "planning", question: asked, runId });
    await this.tasks.run("research", asked, { runId });
  }

  @callable()
  async stop(): Promise<void> {
    if (await this.tasks.cancel(this.state.runId)) this.#become({ stage: "stopped" });
  }

  /** Pages see everything and change nothing, but by the methods above. */
  override validateStateChange(_state: Research, source: unknown): void {
    if (source !== "server") throw new Error("Only the team writes here.");
  }

  async #plan(question: string, signal: AbortSignal): Promise<string[]> {
    const plan = await say(this.env, "plan", question, { signal });
    const lines = plan.split("\n").map((line) => line.replace(/^[\s\d.)*-]+/, "").trim());
    const parts = lines.filter(Boolean).slice(0, 3);
    if (parts.length === 0) throw new Error("The model made no plan.");
    this.#become({ stage: "researching", parts });
    return parts;
  }

  async #find(index: number, question: string, signal: AbortSignal): Promise<string> {
    const researcher = await this.dynamicAgents.get(Researcher, String(index + 1));
    signal.addEventListener("abort", () => researcher.stop().catch(console.error));
    return researcher.research(question);
  }

  async #write(question: string, findings: string[], signal: AbortSignal): Promise<void> {
    this.#become({ stage: "writing", answer: [] });
    const prompt = [question, ...findings].join("\n\n---\n\n");
    const onText = (text: string) => this.#become({ answer: [...this.state.answer, text] });
    await say(this.env, "write", prompt, { signal, onText });
    this.#become({ stage: "done" });
  }

  #become(change: Partial<Research>): void {
    this.setState({ ...this.state, ...change });
  }
}

/** Finds out one thing. Lives inside its lead, with a database of its own. */
export class Researcher extends Agent<Env, Finding> {
  override initialState = noFinding;
  #asking = new AbortController();

  /** Asks the model, unless it has answered before: after a crash the lead may ask again. */
  async research(question: string): Promise<string> {
    const { attempt, done, question: before } = this.state;
    if (!done || question !== before) {
      this.#asking = new AbortController();
      // What a lost attempt left behind goes: the model begins anew.
      this.setState({ question, attempt: attempt + 1, pieces: [], done: false });
      const onText = (text: string) =>
        this.setState({ ...this.state, pieces: [...this.state.pieces, text] });
      await say(this.env, "research", question, { signal: this.#asking.signal, onText });
      this.setState({ ...this.state, done: true });
    }
    return this.state.pieces.join("");
  }

  stop(): void {
    this.#asking.abort();
  }

  override shouldConnectionBeReadonly(): boolean {
    return true;
  }
}

export default {
  async fetch(request, env) {
    return (await routeAgentRequest(request, env)) ?? new Response("Not found", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
