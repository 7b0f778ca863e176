import { DatabaseSync, StatementSync } from "node:sqlite";
import { Index } from "usearch";
import { Collection } from "../../src/local/collection.ts";
import { points, say, watch, watchFiles } from "./kill-at.ts";
import { CONFIG, GRAPH_FROM, STEPS, type Step } from "./steps.ts";

/**
 * Does all steps to an index in a file, or as many as it lives to.
 *
 * @module
 */

watch(DatabaseSync.prototype, "exec", "close");
watch(StatementSync.prototype, "run");
watch(Index.prototype, "add", "remove", "save", "load");
watchFiles();

const [path = ""] = process.argv.slice(2);
let collection = new Collection(path, CONFIG, GRAPH_FROM);
for (const [number, step] of STEPS.entries()) {
  say({ began: number });
  take(step);
  say({ done: number });
}
collection.close();
say({ points: points() });

function take(step: Step): void {
  switch (step.kind) {
    case "insert":
    case "upsert":
      collection.write(step.vectors, step.mutation, step.kind === "upsert");
      break;
    case "delete":
      collection.delete(step.ids, step.mutation);
      break;
    case "index":
      collection.createMetadataIndex(step.index);
      break;
    case "unindex":
      collection.deleteMetadataIndex(step.property);
      break;
    case "build":
      while (collection.isBehind) collection.step();
      break;
    case "reopen":
      collection.close();
      collection = new Collection(path, CONFIG, GRAPH_FROM);
  }
}
