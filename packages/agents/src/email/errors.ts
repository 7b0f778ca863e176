import { FreeholdError } from "../errors.ts";

/** Refusals of the e-mail room. Texts that the published package has are the published ones. */
export const emailErrors = {
  secretMissing: (where: string) =>
    new FreeholdError("email_secret_missing", `secret is required for ${where}`, {
      help: "Give a long random text from the environment, for instance env.EMAIL_SECRET.",
    }),
  identityMissing: (part: string) =>
    new FreeholdError("invalid_email_identity", `${part} is required for signing agent headers`, {
      help: "Pass the agent's class name in kebab case and the name of the instance.",
    }),
  identityColons: (part: string) =>
    new FreeholdError("invalid_email_identity", `${part} cannot contain colons`, {
      help: "Agents that sign their e-mail need names without a colon.",
    }),
  signatureExpected: () =>
    new FreeholdError(
      "email_secret_missing",
      "This email was routed via createSecureReplyEmailResolver. You must pass a secret to replyToEmail() to sign replies, or pass explicit null to opt-out (not recommended).",
      { help: "Pass the secret that the resolver has." },
    ),
  bindingMissing: () =>
    new FreeholdError(
      "email_binding_missing",
      "binding is required. Pass your send_email binding, e.g. this.sendEmail({ binding: this.env.EMAIL, ... }).",
      { help: "Add the binding to send_email in the configuration." },
    ),
  maxAge: (value: unknown) =>
    new FreeholdError("invalid_email_max_age", `maxAge must not be ${String(value)}`, {
      help: "Give seconds: a number from 0 on.",
    }),
  header: (name: string, why: string) =>
    new FreeholdError("invalid_email_header", `The header ${JSON.stringify(name)} ${why}`, {
      help: "A header is one line: a name without spaces or colons, and text without line breaks.",
    }),
  address: (field: string, address: unknown) =>
    new FreeholdError(
      "invalid_email_address",
      `${field} is no e-mail address: ${JSON.stringify(address) ?? typeof address}`,
      { help: "Give one address, such as ada@example.com, without a name or a line break." },
    ),
  contentType: (value: string) =>
    new FreeholdError(
      "invalid_email_content_type",
      `A reply cannot be of type ${JSON.stringify(value)}`,
      { help: "Give text/plain or text/html." },
    ),
  namespaceMissing: (name: string, available: readonly string[]) =>
    new FreeholdError(
      "unknown_agent",
      `Agent namespace '${name}' not found in environment. Available agents: ${available.join(", ")}`,
      { help: "The resolver's agentName must name a Durable Object binding." },
    ),
  namespaceAmbiguous: (name: string, keys: readonly string[]) =>
    new FreeholdError(
      "ambiguous_agent",
      `Agent namespace '${name}' could be ${keys.map((key) => `env.${key}`).join(" and ")}`,
      { help: "Let the resolver name the binding as it is spelled in the configuration." },
    ),
  headerResolverRemoved: () =>
    new FreeholdError(
      "email_resolver_removed",
      [
        "createHeaderBasedEmailResolver has been removed due to a security vulnerability. It trusted attacker-controlled email headers for routing, enabling IDOR attacks.",
        "",
        "Migration options:",
        "  - For inbound mail: use createAddressBasedEmailResolver(agentName)",
        "  - For reply flows: use createSecureReplyEmailResolver(secret) with signed headers",
        "",
        "See https://github.com/cloudflare/agents/blob/main/docs/agents/email.md for details.",
      ].join("\n"),
      { help: "Use createAddressBasedEmailResolver or createSecureReplyEmailResolver." },
    ),
} as const;
