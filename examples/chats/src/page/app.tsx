import { type ReactNode, Suspense, useEffect, useState } from "react";
import { ApprovalPage } from "./approval-page.tsx";
import { LongPage } from "./long-page.tsx";
import { PlainPage } from "./plain-page.tsx";
import { SessionsPage } from "./sessions-page.tsx";
import { ToolPage } from "./tool-page.tsx";

const PAGES: Readonly<Record<string, readonly [title: string, page: () => ReactNode]>> = {
  plain: ["Plain", PlainPage],
  tools: ["Tools", ToolPage],
  approval: ["Approval", ApprovalPage],
  long: ["Resumable", LongPage],
  sessions: ["Sessions", SessionsPage],
};

export function App() {
  const [shown, setShown] = useState(currentPage);
  useEffect(() => {
    const follow = () => setShown(currentPage());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const Page = PAGES[shown]?.[1] ?? PlainPage;
  return (
    <>
      <nav aria-label="Examples">
        {Object.entries(PAGES).map(([id, [title]]) => (
          <a key={id} href={`#${id}`} aria-current={id === shown ? "page" : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <main key={shown}>
        {/* The stored messages are fetched before a chat is shown. */}
        <Suspense fallback={<p>Loading…</p>}>
          <Page />
        </Suspense>
      </main>
    </>
  );
}

function currentPage(): string {
  const id = location.hash.slice(1);
  return id in PAGES ? id : "plain";
}
