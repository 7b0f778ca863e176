import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, expect, test, vi } from "vitest";
import type { EmailTransport, OutgoingEmail } from "./email.ts";
import { smtpTransport } from "./smtp.ts";

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

/** What the servers of the test running complained of. */
const troubles: string[] = [];
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  troubles.length = 0;
});

/** A real mail server. `user` and `password` are the only ones that it lets in. */
async function serve(options: SMTPServerOptions = {}): Promise<[port: number, Received[]]> {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    authOptional: true,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      const isKnown = username === "us:er" && password === "p@ss word";
      done(isKnown ? null : new Error(`no ${username} ${password}`), { user: username });
    },
    async onData(stream, { envelope }, done) {
      const raw = await text(stream);
      const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
      received.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw });
      done();
    },
    ...options,
  });
  // Clients that break off are errors to it.
  server.on("error", ({ message }) => troubles.push(message));
  await new Promise<void>((resolve) => {
    server.listen(0, "0.0.0.0", () => resolve());
  });
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  return [(server.server.address() as AddressInfo).port, received];
}

function connect(url: string): EmailTransport {
  const transport = smtpTransport(url);
  closing.push(async () => transport.close?.());
  return transport;
}

function email(body = "T"): OutgoingEmail {
  return {
    ...{ kind: "send", binding: "EMAIL", messageId: "<1@a.test>" },
    ...{ from: "bot@a.test", to: ["ada@b.test", "eve@b.test"] },
    raw: Buffer.from(`Subject: S\r\n\r\n${body}`),
  };
}

test("messages arrive as they are, to all of the envelope", async () => {
  const [port, received] = await serve();
  const transport = connect(`smtp://us%3Aer:p%40ss%20word@127.0.0.1:${port}`);
  await Promise.all([transport.send(email()), transport.send(email(".\r\nGrüße\r\n..\r\n"))]);
  const envelope = { from: "bot@a.test", to: ["ada@b.test", "eve@b.test"] };
  const arrived = received.map((one) => ({ ...one, raw: one.raw.trimEnd() }));
  expect(new Set(arrived.map(({ raw }) => raw))).toEqual(
    new Set(["Subject: S\r\n\r\nT", "Subject: S\r\n\r\n.\r\nGrüße\r\n.."]),
  );
  expect(received).toMatchObject([envelope, envelope]);
});

test("a server that refuses is told of, and no password is", async () => {
  const [port] = await serve();
  const transport = connect(`smtp://us%3Aer:wrong%20word@127.0.0.1:${port}`);
  const error = await transport.send(email()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "E_DELIVERY_FAILED", message: expect.stringMatching("535") });
  const { message, stack, help, cause } = error as Error & { help: string };
  expect(`${message}${stack}${help}${String(cause)}`).not.toMatch(/wrong word|us:er/);
});

test("a message that only some may have counts as not delivered", async () => {
  const [port] = await serve({
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith("eve") ? new Error("nobody here") : null),
  });
  await expect(connect(`smtp://127.0.0.1:${port}`).send(email())).rejects.toMatchObject({
    code: "E_DELIVERY_FAILED",
    message: expect.stringMatching("1 of 2 recipients"),
  });
});

test("a server that is not there is told of, and tried anew", async () => {
  const [port, received] = await serve();
  const [free] = await serve();
  await closing.pop()?.();
  await expect(connect(`smtp://127.0.0.1:${free}`).send(email())).rejects.toMatchObject({
    code: "E_DELIVERY_FAILED",
    message: expect.stringMatching("could not be reached"),
  });
  const transport = connect(`smtp://127.0.0.1:${port}`);
  await transport.send(email());
  await transport.close?.();
  await transport.send(email());
  expect(received).toHaveLength(2);
});

test("TLS from the beginning is spoken to a server that has it", async () => {
  const [port] = await serve({ secure: true });
  // Its certificate is its own: nobody vouches for it.
  await expect(connect(`smtps://127.0.0.1:${port}`).send(email())).rejects.toMatchObject({
    code: "E_DELIVERY_FAILED",
  });
  await vi.waitFor(() => expect(troubles).toHaveLength(1));
});

test("no password goes to another machine in clear text", async () => {
  const tried: unknown[] = [];
  const [port, received] = await serve({
    onAuth({ username }, _session, done) {
      tried.push(username);
      done(null, { user: username });
    },
  });
  // Not a name of this machine, as far as the transport knows.
  const refused = connect(`smtp://user:password@127.0.0.2:${port}`).send(email());
  await expect(refused).rejects.toMatchObject({ code: "E_DELIVERY_FAILED" });
  await connect(`smtp://127.0.0.2:${port}`).send(email());
  expect(tried).toEqual([]);
  expect(received).toHaveLength(1);
});

test.each(["", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://a:%zz@b.test"])(
  "%j is no address of a server, and not repeated",
  (url) => {
    const refused = { code: "SMTP_URL_INVALID", message: expect.not.stringMatching("%zz") };
    expect(() => smtpTransport(url)).toThrow(expect.objectContaining(refused));
  },
);
