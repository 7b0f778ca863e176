// All dialogs in one file that loads behind the first screen.
export { ConfirmRemoval } from "./confirm-removal.tsx";
export { Drawer } from "./drawer.tsx";
export { ShareDialog } from "./share-dialog.tsx";
export { Shortcuts } from "./shortcuts.tsx";
export { TasksDialog } from "./tasks-dialog.tsx";
