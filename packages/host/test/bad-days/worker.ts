import { DurableObject } from "cloudflare:workers";
import { closeSync, openSync } from "node:fs";
import type { DurableObjectStorage } from "../../src/index.ts";

/** Descriptors that the test has this process hold. */
const held: number[] = [];

/** An object that stores what it is given, and says how much it has. */
export class Room extends DurableObject {
  fetch(request: Request): Response {
    const { sql } = (this.ctx as { readonly storage: DurableObjectStorage }).storage;
    const bytes = Number(new URL(request.url).searchParams.get("bytes") ?? 0);
    if (bytes > 0) {
      sql.exec("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, bytes BLOB)");
      sql.exec("INSERT INTO t (bytes) VALUES (zeroblob(?))", bytes);
    }
    const exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 't'").toArray().length > 0;
    const rows = exists ? sql.exec("SELECT count(*) AS n FROM t").one().n : 0;
    return new Response(String(rows));
  }
}

interface Env {
  readonly ROOM: { getByName(name: string): { fetch(request: Request): Promise<Response> } };
}

function hold(): number {
  for (;;) {
    try {
      held.push(openSync("/dev/null", "r"));
    } catch {
      // One is enough for the answer to this request, none for a file.
      return held.length;
    }
  }
}

export default {
  fetch(request: Request, env: Env): Promise<Response> | Response {
    const { pathname } = new URL(request.url);
    if (pathname === "/hold") return new Response(String(hold()));
    if (pathname === "/let-go") {
      for (const descriptor of held.splice(0)) closeSync(descriptor);
      return new Response("0");
    }
    return env.ROOM.getByName(pathname.slice(1)).fetch(request);
  },
};
