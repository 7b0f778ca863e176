import { beforeAll, describe, expect, test } from "vitest";
import { installGlobals } from "../globals/install.ts";
import { systemRandom } from "../random.ts";
import { ForwardableEmailMessage } from "./email-event.ts";

beforeAll(installGlobals);

function message(text: string): ForwardableEmailMessage {
  const raw = new TextEncoder().encode(text);
  return new ForwardableEmailMessage({ from: "a@x.test", to: "b@y.test", raw }, systemRandom);
}

describe("a message that comes in", () => {
  test("has its headers unfolded, and its text whole", async () => {
    const text = "Subject: one\r\n two\r\nX-Many: 1\r\nX-Many: 2\r\nno header\r\n\r\nSubject: body";
    const email = message(text);
    expect([...email.headers]).toEqual([
      ["subject", "one two"],
      ["x-many", "1, 2"],
    ]);
    expect(email.rawSize).toBe(text.length);
    expect(await new Response(email.raw).text()).toBe(text);
  });

  test("may hold anything where headers are expected", () => {
    expect([...message("").headers]).toEqual([]);
    expect([...message("\0: x\n(odd): y\nok: z\0\n: nothing").headers]).toEqual([]);
  });

  test("remembers what was made of it", async () => {
    const email = message("Subject: x\n\n");
    const reply = { from: "b@y.test", to: "a@x.test", raw: new Blob(["Re: x"]).stream() };
    const { messageId } = await email.reply(reply);
    expect(messageId).toMatch(/^<[0-9a-f]{32}@y\.test>$/);
    await email.forward("c@z.test", new Headers({ "x-extra": "1" }));
    email.setReject("no room");
    expect(email.outcome).toMatchObject({
      rejected: "no room",
      forwarded: [{ to: "c@z.test" }],
      replies: [{ from: "b@y.test", to: "a@x.test", raw: "Re: x" }],
    });
  });

  test.each([[undefined], ["text"], [{ subject: "x" }]])(
    "a reply must be a message: %o",
    async (it) => {
      await expect(message("").reply(it)).rejects.toMatchObject({ code: "EMAIL_REPLY_INVALID" });
    },
  );

  test("may have 25 MiB and no more", () => {
    const make = (bytes: number) =>
      new ForwardableEmailMessage({ from: "a", to: "b", raw: new Uint8Array(bytes) }, systemRandom);
    expect(make(26_214_400).rawSize).toBe(26_214_400);
    expect(() => make(26_214_401)).toThrow("25 MiB");
  });
});
