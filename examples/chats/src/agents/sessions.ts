import { Agent, callable } from "@freehold/agents";
import type { Session, SessionsApi, SessionsState } from "../protocol.ts";
import { PlainChat } from "./plain.ts";

/** One conversation of a visitor: a chat like any other, inside the visitor's `Sessions`. */
export class SessionChat extends PlainChat {}

/** A visitor's list of conversations. */
export class Sessions extends Agent<Cloudflare.Env, SessionsState> implements SessionsApi {
  override initialState: SessionsState = { sessions: [] };

  @callable()
  async begin(title: string): Promise<Session> {
    const session = { id: crypto.randomUUID(), title };
    await this.subAgent(SessionChat, session.id);
    this.setState({ sessions: [...this.state.sessions, session] });
    return session;
  }

  @callable()
  async end(id: string): Promise<void> {
    this.setState({ sessions: this.state.sessions.filter((session) => session.id !== id) });
    await this.deleteSubAgent(SessionChat, id);
  }
}
