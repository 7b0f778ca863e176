import { Agent, getAgentByName, type QueueItem } from "@freehold/agents";

type Event = { id: string; repository: string; action: string };

/** One agent for each repository: deduplicates in SQL, answers at once, works later. */
export class WebhookAgent extends Agent<Env, { actions: string[] }> {
  initialState = { actions: [] as string[] };

  async onStart() {
    this.sql`
      CREATE TABLE IF NOT EXISTS deliveries (
        id TEXT PRIMARY KEY,
        received_at INTEGER NOT NULL
      )
    `;
  }

  async onRequest(request: Request): Promise<Response> {
    if (request.method === "GET") return Response.json(this.state);
    if (request.method !== "POST") return new Response("Method not allowed", { status: 405 });
    const rawBody = await request.text();
    const event = JSON.parse(rawBody) as Event;
    const [known] = this.sql<{ id: string }>`SELECT id FROM deliveries WHERE id = ${event.id}`;
    if (known) return new Response("Already processed");
    this.sql`INSERT INTO deliveries (id, received_at) VALUES (${event.id}, ${Date.now()})`;
    await this.queue("processEvent", event);
    return new Response("Accepted", { status: 202 });
  }

  async processEvent(event: Event, _item: QueueItem<Event>) {
    this.setState({ actions: [...this.state.actions, `${this.name}: ${event.action}`] });
  }
}

/** The edge picks the agent by the entity in the payload. */
export async function routeWebhook(request: Request, env: Env): Promise<Response> {
  const payload = (await request.clone().json()) as Event;
  if (!payload.repository) return new Response("Missing repository", { status: 400 });
  const agentName = payload.repository.toLowerCase().replace(/\//g, "-");
  const agent = await getAgentByName(env.WebhookAgent, agentName);
  return agent.fetch(request);
}
