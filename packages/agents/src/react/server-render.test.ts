import { createElement, Suspense } from "react";
import { renderToReadableStream, renderToString } from "react-dom/server";
import { expect, it } from "vitest";
import { type UseAgentOptions, useAgent } from "./use-agent.ts";

/** Rendered where there is no document, as servers do. */
function Counter(options: Partial<UseAgentOptions<{ count: number }>>) {
  const agent = useAgent<{ count: number }>({ agent: "Counter", name: "a", ...options });
  return `${agent.agent}/${agent.name}: ${agent.state?.count ?? "no state"} at ${agent.getHttpUrl()}`;
}

it("renders on a server, where nothing is connected", () => {
  expect(renderToString(createElement(Counter))).toBe(
    "counter/a: no state at https://dummy-domain.com/agents/counter/a",
  );
  expect(
    renderToString(createElement(Counter, { host: "example.com", transport: "capnweb" })),
  ).toBe("counter/a: no state at https://example.com/agents/counter/a");
});

it("waits on a server for parameters that are fetched", async () => {
  const query = async () => ({ token: "t" });
  const counter = createElement(Counter, { host: "example.com", query, queryDeps: ["server"] });
  const stream = await renderToReadableStream(createElement(Suspense, null, counter));
  expect(await new Response(stream).text()).toContain("example.com/agents/counter/a?token=t");
});
