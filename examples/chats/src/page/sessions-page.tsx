import { useAgentChat } from "@freehold/agents/chat/react";
import { useAgent } from "@freehold/agents/react";
import { type SubmitEvent, Suspense, useState } from "react";
import type { SessionsApi, SessionsState } from "../protocol.ts";
import { ChatView } from "./chat-view.tsx";

/** Whose conversations these are. An application knows its visitors; here all are one. */
const VISITOR = "everyone";

export function SessionsPage() {
  const list = useAgent<SessionsApi, SessionsState>({ agent: "Sessions", name: VISITOR });
  const [shown, show] = useState("");
  const begin = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const { id } = await list.stub.begin(String(new FormData(form).get("title")));
    form.reset();
    show(id);
  };
  const sessions = list.state?.sessions ?? [];
  return (
    <>
      <form onSubmit={begin}>
        <label>
          Title
          <input name="title" required autoComplete="off" />
        </label>
        <button type="submit">Begin</button>
      </form>
      <ul aria-label="Conversations">
        {sessions.map(({ id, title }) => (
          <li key={id}>
            <button type="button" aria-pressed={id === shown} onClick={() => show(id)}>
              {title}
            </button>
            <button type="button" aria-label={`End ${title}`} onClick={() => list.stub.end(id)}>
              ×
            </button>
          </li>
        ))}
      </ul>
      {sessions.some(({ id }) => id === shown) && (
        <Suspense key={shown} fallback={<p>Loading…</p>}>
          <SessionView id={shown} />
        </Suspense>
      )}
    </>
  );
}

function SessionView({ id }: { readonly id: string }) {
  const agent = useAgent({
    agent: "Sessions",
    name: VISITOR,
    sub: [{ agent: "SessionChat", name: id }],
  });
  return <ChatView chat={useAgentChat({ agent })} />;
}
