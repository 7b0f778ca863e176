import type { UIMessage } from "ai";

/** A file that the librarian has read. */
export interface FileInfo {
  readonly name: string;
  readonly passages: number;
}

/** What the librarian shows every page. */
export interface LibraryState {
  readonly files: readonly FileInfo[];
  readonly isReading: boolean;
}

/** A passage that an answer rests on; its number is the one in square brackets. */
export interface Source {
  readonly number: number;
  readonly file: string;
  readonly heading: string;
  readonly text: string;
}

/** Answers bring their sources along. */
export type LibraryMessage = UIMessage<unknown, { sources: readonly Source[] }>;

/** What a page asks of the librarian. */
export interface LibrarianApi {
  readonly state: LibraryState;
  /** Reads the files that come with the app. Says how many passages were new. */
  readShelf(): Promise<number>;
  readFile(name: string, text: string): Promise<number>;
  forgetFile(name: string): Promise<void>;
}
