import { lazy } from "react";
import { loadDialogs } from "./preload.ts";

// Show them under `<Suspense>`, while they are open.

export const ConfirmRemoval = lazy(async () => ({ default: (await loadDialogs()).ConfirmRemoval }));
export const Drawer = lazy(async () => ({ default: (await loadDialogs()).Drawer }));
export const ShareDialog = lazy(async () => ({ default: (await loadDialogs()).ShareDialog }));
export const Shortcuts = lazy(async () => ({ default: (await loadDialogs()).Shortcuts }));
export const TasksDialog = lazy(async () => ({ default: (await loadDialogs()).TasksDialog }));
