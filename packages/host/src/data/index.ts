export { isBookmark } from "../journal/history/bookmark.ts";
export { backupStopped, completeBackup } from "./backup.ts";
export { type DoctorReport, examine, type Finding, type FindingLevel } from "./doctor.ts";
export { restoreMoment } from "./moment.ts";
export { type Restored, restoreBackup, restoreObject } from "./restore.ts";
export { readStopped, type StoppedObjects, type StoppedRow } from "./stopped.ts";
