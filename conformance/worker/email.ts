import { EmailMessage } from "cloudflare:email";
import { env } from "cloudflare:workers";

/** A binding that both hosts give to every program. Its argument is loose, for misuse. */
interface Sender {
  send(message: unknown): Promise<{ readonly messageId: string }>;
}

/** One of the bindings of `src/hosts/host.ts`. */
export function sender(name = "EMAIL"): Sender {
  return (env as unknown as Record<string, Sender>)[name] as Sender;
}

/** What is left of an error, or of a receipt, when ids and the ways of RPC are taken away. */
export async function outcome(act: () => Promise<unknown>): Promise<string> {
  try {
    const { messageId } = (await act()) as { readonly messageId: unknown };
    return typeof messageId === "string" && messageId !== "" ? "sent" : "no id";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

const HEADERS = { From: "one@own.test", To: "one@dest.test", "Message-ID": "<1@own.test>" };

/** A message as a program writes it; headers that are `null` are left out. */
export function raw(headers: Readonly<Record<string, string | null>> = {}): string {
  const lines = Object.entries({ ...HEADERS, ...headers })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}`);
  return `${lines.join("\r\n")}\r\n\r\ntext\r\n`;
}

export function message(
  headers: Readonly<Record<string, string | null>> = {},
  from = "one@own.test",
  to = "one@dest.test",
): EmailMessage {
  return new EmailMessage(from, to, raw(headers));
}
