import {
  type EmailTransport,
  FreeholdError,
  type OutgoingEmail,
  smtpTransport,
  type WranglerConfig,
} from "@freehold/host";

/** How e-mail leaves the host. */
export interface EmailSettings {
  /**
   * - `mailbox` (default): nothing leaves. Each message is an `.eml` file in the data directory, for
   *   `freehold mail`; the oldest of 1,000 go.
   * - `smtp`: a mail server, whose URL is in a secret.
   * - A function of your own: it resolves when the message is somebody else's to deliver, and what it
   *   throws reaches the Worker as `E_DELIVERY_FAILED`.
   */
  readonly transport?: "mailbox" | "smtp" | ((email: OutgoingEmail) => Promise<void>);
  /**
   * For `smtp`: the name of the secret or environment variable that holds the server's URL, such as
   * `smtps://user:password@mail.example.com`. Default `SMTP_URL`.
   */
  readonly secret?: string;
}

const TRANSPORTS: readonly unknown[] = [undefined, "mailbox", "smtp"];
const SECRET = /^[A-Za-z_]\w*$/;

/** What is wrong with `email` of a configuration; `undefined` when nothing is. */
export function problemOfEmail(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null) return "must be an object";
  const { transport, secret, ...others } = value as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return `has no use for \`${unknown}\``;
  if (typeof transport !== "function" && !TRANSPORTS.includes(transport)) {
    return 'needs as `transport` "mailbox", "smtp" or a function';
  }
  if (secret === undefined) return undefined;
  if (transport !== "smtp") return 'has `secret` for the transport "smtp" only';
  const isName = typeof secret === "string" && SECRET.test(secret);
  return isName ? undefined : "needs as `secret` the name of a secret, not what it holds";
}

/**
 * The transport that a configuration asks for; `undefined` stands for the local mailbox.
 *
 * @throws FreeholdError `EMAIL_SECRET_MISSING`, `SMTP_URL_INVALID`
 */
export function emailTransport(
  { transport, secret = "SMTP_URL" }: EmailSettings,
  { secrets = {} }: Pick<WranglerConfig, "secrets">,
): EmailTransport | undefined {
  if (typeof transport === "function") return { send: async (email) => transport(email) };
  if (transport !== "smtp") return undefined;
  const holder = [secrets, process.env].find((one) => Object.hasOwn(one, secret));
  const url = holder?.[secret];
  if (url) return smtpTransport(url);
  throw new FreeholdError("EMAIL_SECRET_MISSING", `There is no secret ${secret}.`, {
    help: `Write ${secret}=smtps://user:password@host into .dev.vars, or set it in the environment.`,
  });
}
