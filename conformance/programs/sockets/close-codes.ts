import { inWorker } from "../../worker/program.ts";

export default inWorker("which close codes are taken", async ({ fails, sleep, note }) => {
  const tryClose = (code?: number, reason?: string) => {
    const pair = new WebSocketPair();
    pair[0].accept();
    pair[0].close(code, reason);
  };
  for (const code of [
    999, 1000, 1001, 1002, 1004, 1005, 1006, 1011, 1012, 1015, 2999, 3000, 4999, 5000,
  ]) {
    await fails(`code ${code}`, () => tryClose(code));
  }
  await fails("a reason without a code", () => tryClose(undefined, "why"));
  await fails("123 bytes", () => tryClose(1000, "x".repeat(123)));
  await fails("124 bytes", () => tryClose(1000, "x".repeat(124)));
  await fails("62 two-byte letters", () => tryClose(1000, "é".repeat(62)));
  const pair = new WebSocketPair();
  const seen = new Promise((resolve) =>
    pair[1].addEventListener("close", ({ code, reason, wasClean }) =>
      resolve([code, reason, wasClean]),
    ),
  );
  pair[0].accept();
  pair[1].accept();
  pair[0].close();
  note("without a code", await Promise.race([seen, sleep(500)]));
});
