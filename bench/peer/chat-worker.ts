// The chat under load. It is written against the published package; our side is bundled from this
// same file with our SDK in its place.
import { AIChatAgent } from "@cloudflare/ai-chat";
import { routeAgentRequest } from "agents";

/** What a question asks for, as JSON in its text. */
interface Order {
  /** Chunks of text. */
  readonly chunks: number;
  /** Milliseconds between two of them; without, all come in one body. */
  readonly every?: number;
}

const encoder = new TextEncoder();
const bodies = new Map<number, string>();

function event(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function head(): string {
  return event({ type: "start" }) + event({ type: "text-start", id: "t" });
}

function tail(): string {
  return event({ type: "text-end", id: "t" }) + event({ type: "finish" });
}

/** All of an answer in one text: what a proxied or scripted model gives. */
function wholeBody(chunks: number): string {
  const known = bodies.get(chunks);
  if (known) return known;
  const deltas = Array.from({ length: chunks }, (_, index) =>
    event({ type: "text-delta", id: "t", delta: `word-${index} ` }),
  );
  const body = head() + deltas.join("") + tail();
  bodies.set(chunks, body);
  return body;
}

/** An answer bit by bit, each with the time at which it was made. */
function pacedBody(chunks: number, every: number): ReadableStream<Uint8Array> {
  let index = -1;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (index === -1) controller.enqueue(encoder.encode(head()));
      else {
        await new Promise((resolve) => setTimeout(resolve, every));
        const delta = `${index}@${Date.now()} `;
        controller.enqueue(encoder.encode(event({ type: "text-delta", id: "t", delta })));
      }
      index++;
      if (index < chunks) return;
      controller.enqueue(encoder.encode(tail()));
      controller.close();
    },
  });
}

export class BenchChat extends AIChatAgent<Cloudflare.Env> {
  override async onChatMessage(_onFinish: unknown, options?: { continuation?: boolean }) {
    const headers = { "content-type": "text/event-stream" };
    if (options?.continuation) {
      return new Response(head() + event({ type: "text-delta", id: "t", delta: "END" }) + tail(), {
        headers,
      });
    }
    const [part] = this.messages.findLast(({ role }) => role === "user")?.parts ?? [];
    const { chunks, every } = JSON.parse(part?.type === "text" ? part.text : "{}") as Order;
    const body = every === undefined ? wholeBody(chunks) : pacedBody(chunks, every);
    return new Response(body, { headers });
  }
}

export default {
  async fetch(request: Request, env: Cloudflare.Env) {
    if (new URL(request.url).pathname === "/healthz") return Response.json({ ok: true });
    const answer = await routeAgentRequest(request, env);
    return answer ?? new Response("not found", { status: 404 });
  },
};
