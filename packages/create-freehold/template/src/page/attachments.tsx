import type { FileUIPart } from "ai";
import { Attachment } from "./attachment.tsx";

/** What came with a message: one picture in its own shape, several side by side. */
export function Attachments({ files }: { files: readonly FileUIPart[] }) {
  if (files.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {files.map((part) => (
        <Attachment key={part.url} part={part} isOneOfMany={files.length > 1} />
      ))}
    </div>
  );
}
