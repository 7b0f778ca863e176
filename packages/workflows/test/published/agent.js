// Written against the published package, and bundled for the host.
import { Agent, getAgentByName } from "agents";
import { AgentWorkflow } from "agents/workflows";

export class Researcher extends Agent {
  initialState = { seen: [] };

  start(topic) {
    return this.runWorkflow("RESEARCH", { topic }, { id: topic, metadata: { topic } });
  }

  say(topic) {
    return this.approveWorkflow(topic, { reason: "go on", metadata: { by: "Ada" } });
  }

  refuse(topic) {
    return this.rejectWorkflow(topic, { reason: "too dear" });
  }

  look(topic) {
    const { status, error } = this.getWorkflow(topic) ?? {};
    return { status, error, seen: this.state.seen };
  }

  #note(...what) {
    this.setState({ seen: [...this.state.seen, what] });
  }

  onWorkflowProgress(_name, id, progress) {
    this.#note("progress", id, progress.step);
  }

  onWorkflowComplete(_name, id, result) {
    this.#note("complete", id, result);
  }

  onWorkflowError(_name, id, error) {
    this.#note("error", id, error);
  }
}

export class Research extends AgentWorkflow {
  async run(event, step) {
    const { topic } = event.payload;
    const notes = await step.do("read", async () => `notes on ${topic}`);
    await this.reportProgress({ step: "read", status: "complete" });
    const approval = await this.waitForApproval(step, { timeout: "7 days" });
    await step.sleep("digest", "1 day");
    await step.mergeAgentState({ last: topic });
    const result = { notes, by: approval.by };
    await step.reportComplete(result);
    return result;
  }
}

export default {
  async fetch(request, env) {
    const [, verb, topic] = new URL(request.url).pathname.split("/");
    const agent = await getAgentByName(env.Researcher, "one");
    return Response.json((await agent[verb](topic)) ?? null);
  },
};
