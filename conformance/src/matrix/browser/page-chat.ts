/** A message as it is shown. */
export interface ShownMessage {
  readonly id: string;
  readonly role: string;
  readonly parts: readonly ShownPart[];
}

export interface ShownPart {
  readonly type: string;
  readonly text?: string;
  readonly state?: string;
  readonly output?: unknown;
  readonly toolCallId?: string;
  readonly approval?: { readonly id: string };
}

/** Which conversation a page shows, and how it answers tools. */
export interface Shown {
  readonly agent: string;
  readonly name: string;
  readonly mode: string;
}

/** What the page puts within reach. */
export interface PageChat {
  readonly chat: {
    readonly messages: readonly ShownMessage[];
    readonly status: string;
    readonly error?: Error;
    readonly isStreaming: boolean;
    readonly isServerStreaming: boolean;
    readonly isToolContinuation: boolean;
    sendMessage(message: { readonly text: string }): Promise<void>;
    regenerate(): Promise<void>;
    stop(): Promise<void>;
    clearHistory(): void;
    addToolOutput(output: object): void;
    addToolApprovalResponse(response: object): Promise<void>;
  };
  readonly failures: readonly string[];
  readonly toolCalls: readonly string[];
  readonly turnEnds: readonly string[];
  readonly statuses: readonly string[];
  readonly finishes: readonly string[];
}
