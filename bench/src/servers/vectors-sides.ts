import { join } from "node:path";
import type { Serve } from "../harness/server.ts";
import { install } from "./install.ts";

const packages = join(import.meta.dirname, "../../.peer-vectors");

/** Our index, as `env` has it: a Vectorize binding. */
export function vectorsOnFreehold(): Serve {
  return side("ours");
}

/** `hnswlib-node`, and `sqlite-vec` for comparing with all. The first builds itself: it needs a compiler. */
export async function vectorsOnOthers(say: (line: string) => void): Promise<Serve> {
  const dependencies = { "hnswlib-node": "3.0.0", "sqlite-vec": "0.1.9" };
  await install(
    { folder: packages, title: "hnswlib-node and sqlite-vec", dependencies, scripts: true },
    say,
  );
  return side("peer");
}

function side(name: string): Serve {
  return ({ port, data }) => ({
    file: process.execPath,
    args: [
      ...["--conditions=freehold-source", "--disable-warning=ExperimentalWarning"],
      ...[join(import.meta.dirname, "vectors.ts"), name, String(port), data, packages],
    ],
  });
}
