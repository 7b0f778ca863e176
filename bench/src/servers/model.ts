import { createServer } from "node:http";

/**
 * A provider that costs next to nothing: `model.ts <port>`. It answers chat completions with one fixed
 * answer, or with a stream of as many chunks as `max_tokens` says, each written by itself.
 */

const answer = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "small",
  choices: [
    { index: 0, message: { role: "assistant", content: "It rains." }, finish_reason: "stop" },
  ],
  usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 },
});
const chunk = `data: ${JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1_700_000_000,
  model: "small",
  choices: [{ index: 0, delta: { content: "rain " }, finish_reason: null }],
})}\n\n`;

const server = createServer(async (incoming, outgoing) => {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const asked = parts.length === 0 ? {} : JSON.parse(Buffer.concat(parts).toString());
  if (asked.stream !== true) {
    outgoing.writeHead(200, { "content-type": "application/json" });
    outgoing.end(answer);
    return;
  }
  outgoing.writeHead(200, { "content-type": "text/event-stream" });
  for (let sent = 0; sent < asked.max_tokens; sent++) {
    outgoing.write(chunk);
    // Each chunk is a write of its own, as a model's words are.
    await new Promise(setImmediate);
  }
  outgoing.end("data: [DONE]\n\n");
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") console.log(address?.port);
});
