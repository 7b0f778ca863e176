/** One of a visitor's conversations. */
export interface Session {
  readonly id: string;
  readonly title: string;
}

/** What `Sessions` shows every page. */
export interface SessionsState {
  readonly sessions: readonly Session[];
}

/** What a page asks of `Sessions`. */
export interface SessionsApi {
  readonly state: SessionsState;
  begin(title: string): Promise<Session>;
  end(id: string): Promise<void>;
}
