import { expect, test } from "vitest";
import { parseConfig } from "./parse.ts";
import { FieldReader } from "./reader.ts";
import { sendEmail } from "./send-email.ts";

function read(entries: unknown): unknown {
  const source = parseConfig("/app/wrangler.json", JSON.stringify({ send_email: entries }));
  return sendEmail(new FieldReader(source, [], source.value));
}

test("bindings that send are read with whom they may send from and to", () => {
  expect(read(undefined)).toEqual([]);
  const one = { name: "A", destination_address: "a@b.test" };
  const some = { allowed_destination_addresses: [], allowed_sender_addresses: ["c@d.test"] };
  expect(read([one, { name: "B", ...some }, { name: "C" }])).toEqual([
    { name: "A", destinationAddress: "a@b.test" },
    { name: "B", allowedDestinationAddresses: [], allowedSenderAddresses: ["c@d.test"] },
    { name: "C" },
  ]);
});

test.each([
  ["text"],
  [[{}]],
  [[{ name: "A" }, { name: "A" }]],
  [[{ name: "A", destination_address: "nobody" }]],
  [[{ name: "A", allowed_sender_addresses: "a@b.test" }]],
  [[{ name: "A", allowed_sender_addresses: ["a@b.test", "nobody"] }]],
  [[{ name: "A", destination_address: "a@b.test", allowed_destination_addresses: ["a@b.test"] }]],
])("%j is refused", (entries) => {
  expect(() => read(entries)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
});
