import type { FileUIPart } from "ai";
import { useCallback, useState } from "react";
import { limits } from "../protocol.ts";
import { toPicture } from "./picture-file.ts";

/** The pictures that will go with the next message. */
export function usePictures() {
  const [pictures, setPictures] = useState<readonly FileUIPart[]>([]);
  const [problem, setProblem] = useState("");

  const add = useCallback(async (files: readonly File[]) => {
    setProblem("");
    for (const file of files) {
      try {
        const picture = await toPicture(file);
        setPictures((known) => {
          if (known.some(({ url }) => url === picture.url)) return known;
          if (known.length < limits.files) return [...known, picture];
          setProblem(`A message takes at most ${limits.files} pictures.`);
          return known;
        });
      } catch (error) {
        setProblem(error instanceof Error ? error.message : `${file.name} could not be read.`);
      }
    }
  }, []);

  const remove = useCallback(
    (index: number) => setPictures((known) => known.filter((_, at) => at !== index)),
    [],
  );
  const clear = useCallback(() => setPictures([]), []);

  return { pictures, problem, add, remove, clear };
}
