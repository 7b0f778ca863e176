import { Agent, type IncomingMessage, request } from "node:http";
import type { Context, Figures, Scenario } from "../harness/scenario.ts";
import { cpuPerOperation, rate, round, summary } from "../harness/stats.ts";
import { bareProxy, gatewayOfPortkey, gatewayOnFreehold, startModel } from "../servers/gateways.ts";

const WIDTH = 16;
const CHUNKS = 2000;
/** Both gateways answer it. */
const PROBE = "/";
const messages = [{ role: "user", content: "What is the weather?" }];

/** Where a side takes chat completions; what names the provider goes along as headers. */
async function target({ url }: Context): Promise<{ url: string; headers: Record<string, string> }> {
  const common = { "content-type": "application/json", authorization: "Bearer key" };
  const ours = `${url}/v1/bench/default/openai/chat/completions`;
  const isOurs = (await post(ours, common, { model: "small", messages })).status === 200;
  if (isOurs) return { url: ours, headers: common };
  const portkey = { "x-portkey-provider": "openai", "x-portkey-custom-host": await startModel() };
  return { url: `${url}/v1/chat/completions`, headers: { ...common, ...portkey } };
}

const agent = new Agent({ keepAlive: true, maxSockets: WIDTH });

function post(
  url: string,
  headers: Record<string, string>,
  body: object,
): Promise<{ status: number; bytes: number }> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(text));
    const options = { method: "POST", agent, headers: { ...headers, "content-length": length } };
    const outgoing = request(url, options, (incoming: IncomingMessage) => {
      let bytes = 0;
      incoming.on("data", (part: Buffer) => {
        bytes += part.byteLength;
      });
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, bytes }));
      incoming.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}

/** Latencies of `ask` for some seconds, `width` at a time; a warm-up comes before. */
async function load(
  context: Context,
  width: number,
  ask: () => Promise<void>,
): Promise<{ samples: number[]; cpu: number; elapsed: number }> {
  const run = async (milliseconds: number) => {
    const samples: number[] = [];
    const end = performance.now() + milliseconds;
    const worker = async () => {
      while (performance.now() < end) {
        const start = performance.now();
        await ask();
        samples.push(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: width }, worker));
    return samples;
  };
  await run(1000);
  const [cpu, start] = [context.server.cpu(), performance.now()];
  const samples = await run(context.seconds * 1000);
  return { samples, cpu: context.server.cpu() - cpu, elapsed: performance.now() - start };
}

async function requests(context: Context): Promise<Figures> {
  await context.server.start(PROBE);
  const { url, headers } = await target(context);
  const asked = { model: "small", messages };
  const once = async (to: string) => {
    const { status } = await post(to, headers, asked);
    if (status !== 200) throw new Error(`the gateway answered ${status}`);
  };
  const direct = await load(context, WIDTH, async () =>
    once(`${await startModel()}/chat/completions`),
  );
  const { samples, cpu, elapsed } = await load(context, WIDTH, () => once(url));
  const p50 = (of: readonly number[]) => Number(summary(of).p50_ms);
  return {
    ...summary(samples),
    requests_per_s: rate(samples.length, elapsed),
    added_p50_ms: round(p50(samples) - p50(direct.samples)),
    server_cpu_us_per_op: cpuPerOperation(cpu, samples.length),
  };
}

async function streams(context: Context): Promise<Figures> {
  await context.server.start(PROBE);
  const { url, headers } = await target(context);
  const asked = { model: "small", messages, stream: true, max_tokens: CHUNKS };
  const { samples, cpu, elapsed } = await load(context, 2, async () => {
    const { status, bytes } = await post(url, headers, asked);
    if (status !== 200 || bytes < CHUNKS * 100) throw new Error(`a stream of ${bytes} bytes`);
  });
  return {
    streams: samples.length,
    chunks_per_s: rate(samples.length * CHUNKS, elapsed),
    server_cpu_us_per_op: cpuPerOperation(cpu, samples.length * CHUNKS),
  };
}

export const gatewayScenarios: readonly Scenario[] = [
  {
    name: "gateway-request",
    about: `chat completions through a gateway, ${WIDTH} at a time, against Portkey's`,
    shown: ["requests_per_s", "p50_ms", "p99_ms", "added_p50_ms", "server_cpu_us_per_op"],
    serves: { ours: gatewayOnFreehold, peer: gatewayOfPortkey },
    owns: true,
    run: requests,
  },
  {
    name: "gateway-stream",
    about: `streams of ${CHUNKS} chunks through a gateway, two at a time, an operation a chunk; the peer is a bare proxy, because Portkey's fails to stream on this Node`,
    shown: ["streams", "chunks_per_s", "server_cpu_us_per_op"],
    serves: { ours: gatewayOnFreehold, peer: bareProxy },
    owns: true,
    run: streams,
  },
];
