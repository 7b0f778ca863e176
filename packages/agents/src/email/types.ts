/** The binding that sends e-mail, `send_email` in the configuration. */
export type EmailSendBinding = SendEmail;

/** A recipient or sender with or without a name. */
type Mailbox = string | { email: string; name?: string };

/** Options of `sendEmail`. */
export type SendEmailOptions = {
  /** What sends it, for instance `this.env.EMAIL`. */
  binding: EmailSendBinding;
  to: string | string[];
  from: Mailbox;
  subject: string;
  /** Give `text`, `html` or both. */
  text?: string;
  html?: string;
  replyTo?: Mailbox;
  cc?: string | string[];
  bcc?: string | string[];
  /** `Message-ID` of the e-mail that this one answers. */
  inReplyTo?: string;
  /** More headers. Those that name the agent are always the agent's own. */
  headers?: Record<string, string>;
  /** Signs the agent's name, so that an answer with these headers finds the agent. */
  secret?: string;
};

/** Options of `replyToEmail`. */
export interface ReplyOptions {
  /** Name shown beside the address that the e-mail was sent to. */
  fromName: string;
  /** Default: `Re: ` and the subject of what is answered. */
  subject?: string | undefined;
  body: string;
  /** `text/plain` (default) or `text/html`. */
  contentType?: string;
  /** More headers. Those that name the agent are always the agent's own. */
  headers?: Record<string, string>;
  /** Signs the agent's name. Must be given, or be null, where the e-mail came by a signed reply. */
  secret?: string | null;
}

/** A header as `postal-mime` reads it. */
export type EmailHeader = {
  /** In lower case. */
  key: string;
  value: string;
};

/** The agent that an e-mail is for; null when there is none. */
export type EmailResolverResult = {
  /** Name of the binding, in its own spelling, in kebab case or in any case. */
  agentName: string;
  /** Name of the instance. */
  agentId: string;
  /** @internal The e-mail came by a signed reply, so answers have to be signed as well. */
  _secureRouted?: boolean;
} | null;

/** Finds the agent that an e-mail is for. */
export type EmailResolver<Env> = (
  email: ForwardableEmailMessage,
  env: Env,
) => Promise<EmailResolverResult>;

/** Why a signature was not accepted. */
export type SignatureFailureReason =
  | "missing_headers"
  | "expired"
  | "invalid"
  | "malformed_timestamp";

/** Options of `createSecureReplyEmailResolver`. */
export type SecureReplyResolverOptions = {
  /** Oldest signature that is accepted, in seconds. Default 2592000, which is 30 days. */
  maxAge?: number;
  /** Told of every e-mail whose signature is missing or is not accepted. */
  onInvalidSignature?: (email: ForwardableEmailMessage, reason: SignatureFailureReason) => void;
};

/** Which agent writes. */
export interface EmailIdentity {
  /** Class name in kebab case. */
  readonly agentName: string;
  /** Name of the instance. */
  readonly agentId: string;
}

/** What the Worker holds of an e-mail, for the agent to use; it lives while the e-mail is handled. */
export interface EmailBridge {
  getRaw(): Promise<Uint8Array>;
  setReject(reason: string): void | Promise<void>;
  forward(rcptTo: string, headers?: Headers): Promise<EmailSendResult>;
  reply(options: { from: string; to: string; raw: string }): Promise<EmailSendResult>;
}

/** An e-mail on its way from the Worker to the agent. */
export interface EmailPayload {
  from: string;
  to: string;
  headers: Headers;
  /** In bytes. */
  rawSize: number;
  _secureRouted?: boolean;
  _bridge: EmailBridge;
}
