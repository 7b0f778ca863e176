import { inWorker } from "../../worker/program.ts";

export default inWorker("texts and bytes", async ({ note, refuses }) => {
  note("base64", btoa("hello\xff"));
  await refuses("beyond Latin 1", () => btoa("☃"));
  note("decoded", atob("aGVsbG8="));
  await refuses("not base64", () => atob("***"));
  note("surrogate", new TextEncoder().encode("\ud800"));
  await refuses("fatal", () =>
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(new Uint8Array([255])),
  );
  note("replaced", new TextDecoder().decode(new Uint8Array([65, 255])));
  await refuses("unknown encoding", () => new TextDecoder("nonsense"));
  note("into", new TextEncoder().encodeInto("a☃", new Uint8Array(2)));
  note("Latin 1", new TextDecoder("latin1").decode(new Uint8Array([0xe9])));
});
