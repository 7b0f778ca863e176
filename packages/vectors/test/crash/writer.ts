/**
 * Writes to an index until it is killed, and says of each batch that it was acknowledged.
 *
 * @module
 */

import { Clusters, seeded, vector } from "../../src/testing/vectors.ts";
import { RemoteEngine } from "../../src/thread/remote-engine.ts";

const [path = "", seed = "0"] = process.argv.slice(2);
const random = seeded(Number(seed));
const clusters = new Clusters(Number(seed), 8, 20);
const engine = new RemoteEngine(path, { dimensions: 8, metric: "cosine", filterable: "all" });

for (let batch = 0; ; batch++) {
  const mutation = { id: `${seed}-${batch}`, at: batch };
  if (batch > 0 && random() < 0.2) {
    const ids = [`${seed}-${Math.floor(random() * batch)}-0`];
    say({ deleting: ids });
    await engine.delete(ids, mutation);
    say({ deleted: ids });
  } else {
    const vectors = Array.from({ length: 40 }, (_, index) =>
      vector(`${seed}-${batch}-${index}`, clusters.next(), { batch }),
    );
    await engine.upsert(vectors, mutation);
    say({ written: vectors.map(({ id }) => id) });
  }
}

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
