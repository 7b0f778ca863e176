import { inWorker } from "../../worker/program.ts";

export default inWorker("crypto", async ({ note, fails, refuses }) => {
  const hex = (buffer: ArrayBuffer) => Buffer.from(buffer).toString("hex");
  const bytes = new TextEncoder().encode("text");
  note("digest", hex(await crypto.subtle.digest("SHA-256", bytes)));
  note("MD5", hex(await crypto.subtle.digest("MD5", bytes)));
  const key = await crypto.subtle.importKey(
    "raw",
    bytes,
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  note("signature", hex(await crypto.subtle.sign("HMAC", key, bytes)));
  note("random", crypto.getRandomValues(new Uint8Array(8)).length);
  note("UUID", /^[0-9a-f-]{36}$/.test(crypto.randomUUID()));
  const equal = crypto.subtle as unknown as {
    timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
  };
  note("equal", [
    equal.timingSafeEqual(bytes, bytes),
    equal.timingSafeEqual(bytes, new Uint8Array(4)),
  ]);
  await fails("lengths differ", () => equal.timingSafeEqual(bytes, new Uint8Array(5)));
  await refuses("too many random bytes", () => crypto.getRandomValues(new Uint8Array(65_537)));
});
