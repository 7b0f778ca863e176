import { inWorker } from "../../worker/program.ts";

export default inWorker("the shape of a pair", async ({ note, fails }) => {
  const pair = new WebSocketPair();
  note("class", pair.constructor.name);
  note("keys", Object.keys(pair));
  const { 0: client, 1: server } = pair;
  note("ends differ", client !== server);
  note("same each time", pair[0] === client);
  await fails("iterated", () => [...(pair as unknown as Iterable<unknown>)].length);
});
