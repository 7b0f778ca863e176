import type { FileUIPart } from "ai";
import { X } from "./icons.ts";

interface PicturesProps {
  pictures: readonly FileUIPart[];
  onRemove(index: number): void;
}

/** The pictures that will go with the message. */
export function Pictures({ pictures, onRemove }: PicturesProps) {
  if (pictures.length === 0) return null;
  return (
    <ul aria-label="Pictures to send" className="mb-2 flex flex-wrap gap-2 p-1">
      {pictures.map(({ url, filename = "Picture" }, index) => (
        <li key={url} className="relative">
          <img src={url} alt={filename} className="size-16 rounded-lg object-cover" />
          <button
            type="button"
            className="absolute -top-1.5 -right-1.5 grid size-6 place-items-center rounded-full border border-rule bg-paper"
            aria-label={`Remove ${filename}`}
            onClick={() => onRemove(index)}
          >
            <X size={13} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}
