import { inWorker } from "../../worker/program.ts";

const BODIES: Record<string, () => BodyInit | null> = {
  text: () => "",
  bytes: () => new Uint8Array(0),
  buffer: () => new ArrayBuffer(0),
  blob: () => new Blob([]),
  parameters: () => new URLSearchParams(),
  stream: () => new ReadableStream({ start: (controller) => controller.close() }),
  "one byte": () => new Uint8Array(1),
  nothing: () => null,
};

export default inWorker("a status without a body takes one that is empty", async ({ fails }) => {
  const show = ({ status, headers, body }: Response) => [status, [...headers], body === null];
  for (const status of [101, 204, 205, 304]) {
    for (const [label, body] of Object.entries(BODIES)) {
      await fails(`${status}, ${label}`, () => show(new Response(body(), { status })));
    }
  }
  const headers = { "content-type": "a/b" };
  await fails("with a type", () => show(new Response("", { status: 204, headers })));
  for (const options of [null, 5, "x", true]) {
    const made = () => show(new Response("x", options as unknown as ResponseInit));
    await fails(`options ${options}`, made);
  }
  for (const status of [201.7, "201", "0xC9", null, true]) {
    const options = { status } as unknown as ResponseInit;
    await fails(`status ${status}`, () => show(new Response("x", options)));
  }
  await fails("a symbol", () => new Response(Symbol("x") as unknown as BodyInit));
  const half = () => new Response("a\ud800b");
  await fails("half a pair", async () => (await half().text()).charCodeAt(1));
  await fails("half a pair, cloned", async () => (await half().clone().text()).charCodeAt(1));
  const cookies = new Headers([
    ["set-cookie", "a=1"],
    ["Set-Cookie", "b=2"],
  ]) as unknown as {
    getAll(...names: string[]): string[];
  };
  await fails("all cookies", () => cookies.getAll("Set-Cookie"));
  await fails("all of another", () => cookies.getAll("a"));
  await fails("all of nothing", () => cookies.getAll());
});
