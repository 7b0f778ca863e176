import { expect, test } from "vitest";
import {
  createAddressBasedEmailResolver,
  createCatchAllEmailResolver,
  createHeaderBasedEmailResolver,
} from "./resolvers.ts";

const byAddress = createAddressBasedEmailResolver("Default");
const to = (address: string) => byAddress({ to: address } as ForwardableEmailMessage, {});

test.each([
  ["ticket-7@example.com", { agentName: "Default", agentId: "ticket-7" }],
  ["Support+Ticket-7@example.com", { agentName: "Support", agentId: "Ticket-7" }],
  ["a+b+c@example.com", { agentName: "a", agentId: "b+c" }],
  [`${"x".repeat(64)}@d`, { agentName: "Default", agentId: "x".repeat(64) }],
  [`${"x".repeat(65)}@d`, null],
  [`a+${"x".repeat(65)}@d`, null],
  [`a@${"d".repeat(253)}`, { agentName: "Default", agentId: "a" }],
  [`a@${"d".repeat(254)}`, null],
  ["+b@example.com", null],
  ["a+@example.com", null],
  ["a@", null],
  ["@example.com", null],
  ["nobody", null],
  ["", null],
])("the address %j is for %j", async (address, route) => {
  expect(await to(address)).toEqual(route);
});

test("a catch-all gives everything to one agent", async () => {
  const all = createCatchAllEmailResolver("Inbox", "main");
  const email = { to: "anybody@example.com" } as ForwardableEmailMessage;
  expect(await all(email, {})).toEqual({ agentName: "Inbox", agentId: "main" });
});

test("the resolver that trusted headers is gone, and says where to go", () => {
  expect(createHeaderBasedEmailResolver).toThrow(
    expect.objectContaining({
      code: "email_resolver_removed",
      message: expect.stringMatching(/security vulnerability.*createSecureReplyEmailResolver/s),
    }),
  );
});
