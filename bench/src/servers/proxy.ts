import { Agent, createServer, request } from "node:http";

/** The least that stands between a client and a provider: `proxy.ts <port> <provider's base URL>`. */

const [port = "0", base = ""] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

const server = createServer((incoming, outgoing) => {
  if (incoming.url === "/") {
    outgoing.end("ok");
    return;
  }
  const url = base + (incoming.url ?? "").replace(/^.*(?=\/chat\/)/, "");
  const { host: _, ...headers } = incoming.headers;
  const sent = request(url, { method: incoming.method ?? "GET", headers, agent }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  sent.on("error", () => outgoing.destroy());
  incoming.pipe(sent);
});
server.listen(Number(port), "127.0.0.1");
