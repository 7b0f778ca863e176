import type { Transporter } from "nodemailer";
import { FreeholdError } from "../errors.ts";
import type { EmailTransport, OutgoingEmail } from "./email.ts";
import { refusals } from "./errors.ts";

const CONNECT_MS = 10_000;
const SILENCE_MS = 60_000;
const CONNECTIONS = 3;
const LOOPBACK = new Set(["localhost", "127.0.0.1", "::1", "[::1]"]);

interface Server {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user: string;
  readonly pass: string;
}

/**
 * Hands messages to a mail server. `smtps` speaks TLS from the beginning (port 465); `smtp` (port 587)
 * goes over to it when the server can, and must do so before a password is sent to another machine.
 *
 * @param url `smtps://user:password@mail.example.com`, with what is special in user and password
 *   percent-encoded. It is named in no log and no error.
 * @throws FreeholdError `SMTP_URL_INVALID`; its `send` rejects with `E_DELIVERY_FAILED`,
 *   `E_RECIPIENT_NOT_ALLOWED`.
 *
 * @example
 * ```ts
 * const transport = smtpTransport("smtps://agents:secret@mail.example.com");
 * ```
 */
export function smtpTransport(url: string): EmailTransport {
  const server = serverOf(url);
  let connected: Promise<Transporter> | undefined;
  return {
    async send(email) {
      connected ??= connect(server);
      await sendBy(await connected, email, server);
    },
    async close() {
      const open = connected;
      connected = undefined;
      (await open)?.close();
    },
  };
}

function serverOf(url: string): Server {
  const found = URL.canParse(url) ? new URL(url) : undefined;
  const secure = found?.protocol === "smtps:";
  if (!found || (!secure && found.protocol !== "smtp:") || found.hostname === "") throw notAUrl();
  const port = Number(found.port || (secure ? 465 : 587));
  const host = found.hostname.replace(/^\[|\]$/g, "");
  return { host, port, secure, user: decoded(found.username), pass: decoded(found.password) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notAUrl();
  }
}

/** Loaded with the first message. */
async function connect({ host, port, secure, user, pass }: Server): Promise<Transporter> {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    ...{ host, port, secure, pool: true, maxConnections: CONNECTIONS },
    ...(user !== "" && { auth: { user, pass } }),
    requireTLS: !secure && user !== "" && !LOOPBACK.has(host),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

async function sendBy(
  transporter: Transporter,
  { from, to, raw }: OutgoingEmail,
  server: Server,
): Promise<void> {
  let rejected: readonly unknown[] = [];
  try {
    const envelope = { from, to: [...to] };
    const message = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    ({ rejected = [] } = await transporter.sendMail({ envelope, raw: message }));
  } catch (error) {
    throw refusals.notDelivered(reasonOf(error, server));
  }
  if (rejected.length > 0) {
    throw refusals.notDelivered(
      `the server took it, but not for ${rejected.length} of ${to.length} recipients`,
    );
  }
}

/** What the server said, and nothing that it could have repeated of the password. */
function reasonOf(error: unknown, { user, pass }: Server): string {
  const { code, responseCode, response } = error as {
    readonly code?: unknown;
    readonly responseCode?: unknown;
    readonly response?: unknown;
  };
  if (typeof response !== "string" || responseCode === undefined) {
    return `the server could not be reached or broke off (${String(code ?? "unknown")})`;
  }
  const secrets = [pass, user, ...[pass, user, `\0${user}\0${pass}`].map(base64)];
  const said = secrets
    .filter((secret) => secret !== "")
    .reduce((text, secret) => text.replaceAll(secret, "…"), response)
    .replace(/\p{Cc}+/gu, " ")
    .slice(0, 300);
  return `the server refused it: ${said}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function notAUrl(): FreeholdError {
  return new FreeholdError("SMTP_URL_INVALID", "The address of the mail server is no SMTP URL.", {
    help: "Write smtps://user:password@host:465, and percent-encode what is special in the password.",
  });
}
