import type { Locator, Page, WebSocket } from "playwright-core";

const FIRST_PAGE_MS = 100_000;

/** One page of the starter, in the words of a person who uses it. */
export class Tab {
  readonly page: Page;
  readonly log: Locator;
  readonly message: Locator;
  readonly list: Locator;
  /** Sockets to conversations, of all this page has opened. */
  readonly sockets: WebSocket[] = [];
  readonly failures: string[] = [];

  constructor(page: Page) {
    this.page = page;
    this.log = page.getByRole("log", { name: "Conversation" });
    this.message = page.getByRole("textbox", { name: "Message", exact: true });
    this.list = page.getByRole("navigation", { name: "Conversations" });
    page.on("websocket", (socket) => {
      if (socket.url().includes("/agents/chat-agent/")) this.sockets.push(socket);
    });
    page.on("pageerror", (error) => this.failures.push(error.message));
  }

  async open(url: string): Promise<this> {
    // The first page of a development server waits until its packages are bundled.
    await this.page.goto(url, { timeout: FIRST_PAGE_MS });
    await this.connected();
    return this;
  }

  async connected(): Promise<void> {
    const status = this.page.getByRole("status", { name: "Connection" });
    await status.filter({ hasText: /^Connected$/ }).waitFor();
    await this.message.waitFor();
  }

  /** Writes something and sends it with the Enter key. */
  async say(text: string): Promise<void> {
    await this.message.fill(text);
    await this.message.press("Enter");
  }

  /** Waits until no answer is being written. */
  async quiet(): Promise<void> {
    await this.button("Send").waitFor();
  }

  /** Says something and waits for the whole answer to it. */
  async ask(text: string, answer: string | RegExp): Promise<void> {
    await this.say(text);
    await this.hears(answer);
    await this.quiet();
  }

  hears(text: string | RegExp): Promise<void> {
    return this.log.getByText(text).filter({ visible: true }).last().waitFor();
  }

  count(text: string | RegExp): Promise<number> {
    return this.log.getByText(text).count();
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole(
      "button",
      typeof name === "string" ? { name, exact: true } : { name },
    );
  }

  dialog(name: string): Locator {
    return this.page.getByRole("dialog", { name });
  }

  /** The row of a conversation in the list. */
  row(title: string | RegExp): Locator {
    return this.list.getByRole("listitem").filter({ hasText: title });
  }

  async startNew(): Promise<void> {
    await this.button("New conversation").click();
    await this.page.getByText("What can I do for you?").waitFor();
    await this.connected();
  }
}
