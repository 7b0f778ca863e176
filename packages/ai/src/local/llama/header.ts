import { open } from "node:fs/promises";

const HEADER_BYTES = 24;
/** More tensors or entries than any model has; the library would read them for hours. */
const MOST = 1_000_000n;

/** Whether a file begins as a GGUF model of a version that the library reads does. */
export async function beginsAsGguf(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(head, 0, HEADER_BYTES, 0);
    const version = head.readUInt32LE(4);
    return (
      bytesRead === HEADER_BYTES &&
      head.toString("latin1", 0, 4) === "GGUF" &&
      (version === 2 || version === 3) &&
      head.readBigUInt64LE(8) < MOST &&
      head.readBigUInt64LE(16) < MOST
    );
  } finally {
    await file.close();
  }
}
