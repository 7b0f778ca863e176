import { describe, expect, test } from "vitest";
import { TestClock } from "../../test/support/fakes.ts";
import { secureReplyResolver } from "./resolvers.ts";
import {
  DEFAULT_MAX_AGE_SECONDS,
  signAgentHeaders,
  signHeaders,
  verifyHeaders,
} from "./signature.ts";
import type { SecureReplyResolverOptions, SignatureFailureReason } from "./types.ts";

const secret = "a secret";
const identity = { agentName: "support-agent", agentId: "ticket-7" };

/** What a resolver makes of headers, and the reason it gave. */
async function resolve(
  headers: Readonly<Record<string, string>>,
  clock: TestClock,
  options: SecureReplyResolverOptions = {},
  by = secret,
) {
  const reasons: SignatureFailureReason[] = [];
  const onInvalidSignature = (_email: unknown, reason: SignatureFailureReason) =>
    void reasons.push(reason);
  const resolver = secureReplyResolver(by, { onInvalidSignature, ...options }, clock);
  const email = { headers: new Headers(headers) } as ForwardableEmailMessage;
  return [await resolver(email, {}), reasons[0]];
}

describe("a signature", () => {
  test("names the agent that signed, until it is too old", async () => {
    const clock = new TestClock();
    const headers = await signHeaders(secret, identity, clock);
    expect(headers).toMatchObject({
      "X-Agent-Name": "support-agent",
      "X-Agent-ID": "ticket-7",
      "X-Agent-Sig-Ts": "1000000000",
    });
    const accepted = [{ ...identity, _secureRouted: true }, undefined];
    expect(await resolve(headers, clock)).toEqual(accepted);
    clock.advance(DEFAULT_MAX_AGE_SECONDS * 1000);
    expect(await resolve(headers, clock)).toEqual(accepted);
    clock.advance(1000);
    expect(await resolve(headers, clock)).toEqual([null, "expired"]);
    const forever = Number.POSITIVE_INFINITY;
    expect(await resolve(headers, clock, { maxAge: forever })).toEqual(accepted);
    expect(await resolve(headers, clock, { maxAge: 10 })).toEqual([null, "expired"]);
  });

  test("may be up to five minutes ahead, and no more", async () => {
    const ahead = new TestClock(1_000_000_000_000 + 300_000);
    const headers = await signHeaders(secret, identity, ahead);
    const [near] = await resolve(headers, new TestClock());
    expect(near).toMatchObject(identity);
    const behind = new TestClock(1_000_000_000_000 - 1000);
    expect(await resolve(headers, behind)).toEqual([null, "invalid"]);
  });

  test.each([
    ["X-Agent-Name", "other-agent", "invalid"],
    ["X-Agent-ID", "ticket-8", "invalid"],
    ["X-Agent-Sig", "", "missing_headers"],
    ["X-Agent-Sig", "not base64!", "invalid"],
    ["X-Agent-Sig-Ts", "1000000001", "invalid"],
    ["X-Agent-Sig-Ts", "soon", "malformed_timestamp"],
    ["X-Agent-Sig-Ts", "1000000000.5", "malformed_timestamp"],
    ["X-Agent-Sig-Ts", "-1", "malformed_timestamp"],
    ["X-Agent-Sig-Ts", "9".repeat(400), "invalid"],
    ["X-Agent-Sig-Ts", "0", "expired"],
  ])("does not stand when %s is %j", async (name, value, reason) => {
    const clock = new TestClock();
    const headers = { ...(await signHeaders(secret, identity, clock)), [name]: value };
    expect(await resolve(headers, clock)).toEqual([null, reason]);
  });

  test("does not stand when one of its own letters is another, or its padding is gone", async () => {
    const clock = new TestClock();
    const headers = await signHeaders(secret, identity, clock);
    const { "X-Agent-Sig": signature = "" } = headers;
    const spellings = [...signature].map(
      (letter, at) =>
        signature.slice(0, at) + (letter === "A" ? "B" : "A") + signature.slice(at + 1),
    );
    for (const spelling of [...spellings, signature.replace("=", ""), ` ${signature}=`]) {
      const changed = { ...headers, "X-Agent-Sig": spelling };
      expect(await resolve(changed, clock)).toEqual([null, "invalid"]);
    }
    expect(await resolve(headers, clock, {}, "another secret")).toEqual([null, "invalid"]);
    expect(await resolve({}, clock)).toEqual([null, "missing_headers"]);
  });

  test("cannot be moved to another agent by a colon", async () => {
    const clock = new TestClock();
    const joined = await signHeaders(secret, { agentName: "a", agentId: "b" }, clock);
    const rules = { secret, maxAge: 10, clock };
    const moved = { ...joined, "X-Agent-Name": "a:b", "X-Agent-ID": "1000000000" };
    expect(await verifyHeaders(new Headers(moved), rules)).toBe("invalid");
    await expect(signAgentHeaders(secret, "a:b", "c")).rejects.toMatchObject({
      code: "invalid_email_identity",
      message: "agentName cannot contain colons",
    });
    await expect(signAgentHeaders(secret, "a", "b:c")).rejects.toThrow(
      "agentId cannot contain colons",
    );
  });

  test("needs a secret, a name and an id", async () => {
    await expect(signAgentHeaders("", "a", "b")).rejects.toMatchObject({
      code: "email_secret_missing",
      message: "secret is required for signing agent headers",
    });
    await expect(signAgentHeaders(secret, "", "b")).rejects.toThrow("agentName is required");
    await expect(signAgentHeaders(secret, "a", "")).rejects.toThrow("agentId is required");
    expect(() => secureReplyResolver("", {}, new TestClock())).toThrow(
      "secret is required for createSecureReplyEmailResolver",
    );
  });

  test.each([Number.NaN, -1, "7"])("has no greatest age of %j", (maxAge) => {
    const make = () => secureReplyResolver(secret, { maxAge: maxAge as number }, new TestClock());
    expect(make).toThrow(expect.objectContaining({ code: "invalid_email_max_age" }));
  });
});
