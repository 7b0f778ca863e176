import { Agent, type EmailSendBinding, getCurrentAgent, routeAgentEmail } from "@freehold/agents";
import {
  type AgentEmail,
  createAddressBasedEmailResolver,
  createSecureReplyEmailResolver,
  type SignatureFailureReason,
} from "@freehold/agents/email";
import { told } from "./told.ts";

const SECRET = "a secret";

export class Postbox extends Agent<Cloudflare.Env, { mails: number }> {
  override initialState = { mails: 0 };
  override observability = {
    emit: ({ type, payload }: { type: string; payload: unknown }) => {
      if (type.startsWith("email:")) told.push([type, payload]);
    },
  };

  override onStart(props?: { greeting?: string }) {
    if (props?.greeting) told.push(["props", props.greeting]);
  }

  override onError(error: unknown) {
    told.push(["onError", (error as Error).message]);
    if ((error as Error).message !== "dealt with") throw error;
  }

  async onEmail(email: AgentEmail) {
    const subject = email.headers.get("subject");
    const same = getCurrentAgent().email === email;
    told.push(["onEmail", this.name, email.to, email._secureRouted === true, same]);
    this.setState({ mails: this.state.mails + 1 });
    switch (subject) {
      case "refuse":
        return email.setReject("not\r\nhere");
      case "fail":
        throw new Error("boom");
      case "fail softly":
        throw new Error("dealt with");
      case "read twice": {
        const [first, second] = [await email.getRaw(), await email.getRaw()];
        told.push(["raw", new TextDecoder().decode(first), second.length]);
        return;
      }
      case "forward":
        told.push(await email.forward("bob@example.test", new Headers({ "x-by": "postbox" })));
        return;
      case "forward badly":
        await email.forward("bob@example.test\r\nRCPT TO: eve");
        return;
      default:
        await this.replyToEmail(email, { fromName: "Post", body: "read", secret: SECRET });
    }
  }

  /** Sends; answers what the binding was given. */
  async write(): Promise<unknown> {
    const sent: unknown[] = [];
    const binding = {
      async send(message: unknown) {
        sent.push(message);
        return { messageId: "<sent@x>" };
      },
    } as EmailSendBinding;
    const from = { email: "post@agents.test", name: "Post" };
    const message = { binding, to: "ada@example.test", from, subject: "news", text: "…" };
    await this.sendEmail({ ...message, secret: SECRET });
    return sent[0];
  }

  async writeBadly() {
    await this.sendEmail({} as never);
  }
}

/** Has no handler. */
export class Deaf extends Agent {}

const byAddress = createAddressBasedEmailResolver<Cloudflare.Env>("Postbox");
const bySignature = createSecureReplyEmailResolver<Cloudflare.Env>(SECRET, {
  onInvalidSignature: (_email, reason: SignatureFailureReason) =>
    void told.push(["invalid", reason]),
});

export default {
  /** `POST /?to=…` is an e-mail; the request's headers are its headers. */
  async fetch(request: Request, env: Cloudflare.Env) {
    const to = new URL(request.url).searchParams.get("to") ?? "";
    const outcome: Record<string, unknown> = {};
    const email = {
      from: "ada@example.test",
      to,
      headers: request.headers,
      raw: new Response("the message").body,
      rawSize: 11,
      canBeForwarded: true,
      setReject: (reason: string) => void Object.assign(outcome, { rejected: reason }),
      async forward(rcptTo: string, headers: Headers) {
        Object.assign(outcome, { forwarded: [rcptTo, headers.get("x-by")] });
        return { messageId: "<forwarded@x>" };
      },
      async reply(message: { from: string; to: string; raw: string }) {
        Object.assign(outcome, { reply: message.raw, by: message.constructor.name });
        return { messageId: "<replied@x>" };
      },
    } as unknown as ForwardableEmailMessage;
    try {
      await routeAgentEmail(email, env, {
        resolver: (each) => (to.endsWith("@signed.test") ? bySignature : byAddress)(each, env),
        props: { greeting: "by mail" },
        ...(to.includes("silent") ? {} : { onNoRoute: (each) => each.setReject("nobody") }),
      });
    } catch (error) {
      outcome.error = (error as Error).message;
      outcome.code = (error as { code?: string }).code;
    }
    return Response.json(outcome);
  },
};
