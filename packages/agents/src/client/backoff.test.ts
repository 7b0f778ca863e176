import { afterEach, describe, expect, it, vi } from "vitest";
import { AgentClient } from "./agent-client.ts";
import { spreadReconnects } from "./backoff.ts";
import { ScriptedServer } from "./testing/scripted-server.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** The delay that each of the first retries gets when chance is `fraction`. */
function delays(options: Parameters<typeof spreadReconnects>[0], fraction: number, count = 6) {
  vi.spyOn(Math, "random").mockReturnValue(fraction);
  let retries = 0;
  spreadReconnects(options, () => retries);
  return Array.from({ length: count }, () => {
    retries++;
    return Math.round(options.maxReconnectionDelay!);
  });
}

describe("the time before another attempt", () => {
  it("is anything up to a ceiling that grows from 3 s to 10 s", () => {
    expect(delays({}, 0)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(delays({}, 1)).toEqual([3000, 3900, 5070, 6591, 8568, 10_000]);
  });

  it("is at least what the application sets as the least, and at most what it sets as most", () => {
    const options = { minReconnectionDelay: 100, maxReconnectionDelay: 350 };
    expect(delays({ ...options }, 0)).toEqual([100, 100, 100, 100, 100, 100]);
    expect(delays({ ...options, reconnectionDelayGrowFactor: 2 }, 1)).toEqual([
      100, 200, 350, 350, 350, 350,
    ]);
    expect(delays({ minReconnectionDelay: 5, maxReconnectionDelay: 5 }, 0.5, 2)).toEqual([5, 5]);
  });

  it("is what the socket waits", async () => {
    const server = await ScriptedServer.start();
    const random = vi.spyOn(Math, "random").mockReturnValue(0);
    const client = new AgentClient({ host: server.host, agent: "Counter" });
    try {
      for (let attempt = 0; attempt < 3; attempt++) (await server.connection()).terminate();
      await server.connection();
      expect(random).toHaveBeenCalled();
    } finally {
      client.close();
      await server.stop();
    }
  });
});
