import { DurableObject } from "cloudflare:workers";
import type { DurableObjectStorage } from "../../src/index.ts";

interface Context {
  readonly storage: DurableObjectStorage & { setAlarm(time: number): Promise<void> };
}

/** An object whose writes belong together: as many rows as it counts, in every turn. */
export class Room extends DurableObject {
  async fetch(request: Request): Promise<Response> {
    const { storage } = this.ctx as Context;
    const { pathname } = new URL(request.url);
    const action = pathname.split("/")[2];
    if (action === "delete") await storage.deleteAll();
    if (action === "read") return Response.json(storage.kv.get("count") ?? 0);
    const count = Number(storage.kv.get("count") ?? 0) + 1;
    storage.sql.exec("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, filler TEXT)");
    storage.sql.exec("INSERT INTO t VALUES (?, ?)", count, "x".repeat((count * 997) % 4000));
    if (count % 7 === 0) storage.sql.exec("UPDATE t SET filler = ?", "y".repeat(count % 500));
    storage.kv.put("count", count);
    await storage.setAlarm(4e12 - count);
    return Response.json(count);
  }

  alarm(): void {
    throw new Error("It is far too early.");
  }
}

interface Env {
  readonly ROOM: { getByName(name: string): { fetch(request: Request): Promise<Response> } };
}

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    const name = new URL(request.url).pathname.split("/")[1];
    return env.ROOM.getByName(String(name)).fetch(request);
  },
};
