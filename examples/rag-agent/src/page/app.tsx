import { useAgentChat } from "@freehold/agents/chat/react";
import { useAgent } from "@freehold/agents/react";
import { type SubmitEvent, Suspense, useState } from "react";
import type { LibrarianApi, LibraryMessage, LibraryState, Source } from "../protocol.ts";
import { Answer } from "./answer.tsx";
import { Library } from "./library.tsx";

export function App() {
  return (
    <Suspense fallback={<p>Loading…</p>}>
      <Desk />
    </Suspense>
  );
}

function Desk() {
  const agent = useAgent<LibrarianApi, LibraryState>({ agent: "Librarian", name: "everyone" });
  const chat = useAgentChat<LibraryState, LibraryMessage>({ agent });
  const [shown, setShown] = useState<Source>();
  const ask = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    void chat.sendMessage({ text: String(new FormData(form).get("question")) });
    form.reset();
  };
  return (
    <div className="desk">
      <Library agent={agent} />
      <main>
        <ol aria-label="Conversation">
          {chat.messages.map((message) => (
            <li key={message.id} className={message.role}>
              <Answer message={message} onSource={setShown} />
            </li>
          ))}
        </ol>
        {chat.error && <p role="alert">{chat.error.message}</p>}
        <p role="status" aria-label="State">
          {chat.status}
        </p>
        <form onSubmit={ask}>
          <label>
            Question
            <input name="question" required autoComplete="off" />
          </label>
          <button type="submit">Ask</button>
          <button type="button" onClick={chat.clearHistory}>
            Clear
          </button>
        </form>
      </main>
      <aside aria-label="Source" aria-live="polite">
        {shown ? (
          <>
            <h2>
              [{shown.number}] {shown.file}
            </h2>
            <h3>{shown.heading}</h3>
            <p className="passage">{shown.text}</p>
          </>
        ) : (
          <p>Choose a number in an answer to see what it rests on.</p>
        )}
      </aside>
    </div>
  );
}
