import { inWorker } from "../../worker/program.ts";

export default inWorker("URLPattern", async ({ note }) => {
  const pattern = new URLPattern({ pathname: "/agents/:agent/:name{/*}?" });
  note("test", [pattern.test("http://x/agents/a/b"), pattern.test("http://x/other")]);
  note("groups", pattern.exec("http://x/agents/a/b/c")?.pathname.groups.name);
  note("none", pattern.exec("http://x/"));
});
