import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./page/app.tsx";
import { ErrorBoundary } from "./page/error-boundary.tsx";
import { loadMessageParts } from "./page/preload.ts";
import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "./page/styles.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

// A conversation is about to be shown: what shows it loads meanwhile.
if (location.pathname !== "/") void loadMessageParts();

createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <App />
    </ErrorBoundary>
  </StrictMode>,
);
