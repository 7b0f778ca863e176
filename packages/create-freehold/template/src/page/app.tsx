import { Suspense, useCallback, useEffect, useState } from "react";
import { ChatPage } from "./chat-page.tsx";
import { focusMessage, focusMessageUnlessTouched } from "./focus.ts";
import { Drawer, Shortcuts } from "./lazy-dialogs.tsx";
import { PageTools } from "./page-tools.tsx";
import { preload } from "./preload.ts";
import { Sidebar } from "./sidebar.tsx";
import { useDirectory } from "./use-directory.ts";
import { useRoute } from "./use-route.ts";
import { useShortcuts } from "./use-shortcuts.ts";

/** The list of conversations, and the one that is open. */
export function App() {
  const { id, open, openNew, begin } = useRoute();
  const directory = useDirectory();
  const [drawerOpen, setDrawerOpen] = useState(false);
  const [shortcutsOpen, setShortcutsOpen] = useState(false);
  const [debug, setDebug] = useState(false);

  const choose = useCallback(
    (chosen: string) => {
      setDrawerOpen(false);
      open(chosen);
    },
    [open],
  );
  const startNew = useCallback(() => {
    setDrawerOpen(false);
    openNew();
    focusMessageUnlessTouched();
  }, [openNew]);
  const search = useCallback(() => {
    const input = document.querySelector<HTMLInputElement>("aside input[type=search]");
    if (input?.checkVisibility()) input.focus();
    else setDrawerOpen(true);
  }, []);
  useEffect(preload, []);
  useShortcuts({ startNew, search, help: () => setShortcutsOpen(true), write: focusMessage });

  const sidebar = (
    <div className="flex h-full flex-col pb-[env(safe-area-inset-bottom)]">
      <div className="min-h-0 flex-1">
        <Sidebar directory={directory} current={id} onChoose={choose} onNew={startNew} />
      </div>
      <PageTools debug={debug} onDebug={setDebug} onShortcuts={() => setShortcutsOpen(true)} />
    </div>
  );
  return (
    <div className="grid h-dvh grid-cols-[minmax(0,1fr)] lg:grid-cols-[18rem_minmax(0,1fr)]">
      <button
        type="button"
        className="absolute top-2 left-2 z-30 rounded-lg border border-edge bg-paper px-4 py-2 font-semibold not-focus:sr-only"
        onClick={focusMessage}
      >
        Skip to the message field
      </button>
      <aside
        aria-label="Conversations"
        className="min-h-0 border-r border-rule bg-shade max-lg:hidden"
      >
        {sidebar}
      </aside>
      <ChatPage
        key={id}
        id={id}
        directory={directory}
        debug={debug}
        onBegin={begin}
        onNew={startNew}
        onMenu={() => setDrawerOpen(true)}
      />
      <Suspense>
        {drawerOpen && <Drawer onClose={() => setDrawerOpen(false)}>{sidebar}</Drawer>}
        {shortcutsOpen && <Shortcuts onClose={() => setShortcutsOpen(false)} />}
      </Suspense>
    </div>
  );
}
