import { describe, expect, it } from "vitest";
import { type Line, nextLine } from "./connection.ts";

type LineEvent = Parameters<typeof nextLine>[1];

function follow(events: LineEvent[], line: Line = "connecting"): Line {
  return events.reduce(nextLine, { line, failures: 0 }).line;
}

describe("the connection's status", () => {
  it("is connected only while the socket is open", () => {
    expect(follow(["opened"])).toBe("connected");
    expect(follow(["opened", "closed"])).toBe("reconnecting");
    expect(follow(["opened", "closed", "opened"])).toBe("connected");
  });

  it("says offline after three failed attempts, and until the socket opens", () => {
    expect(follow(["opened", "closed", "closed", "closed"])).toBe("reconnecting");
    expect(follow(["opened", "closed", "closed", "closed", "closed"])).toBe("offline");
    expect(follow(["opened", "closed", "closed", "closed", "closed", "closed"])).toBe("offline");
    expect(follow(["opened", "closed", "closed", "closed", "closed", "opened"])).toBe("connected");
  });

  it("believes an open socket rather than the browser's word on the network", () => {
    expect(follow(["opened", "network lost"])).toBe("connected");
    expect(follow(["opened", "closed", "network lost"])).toBe("offline");
    expect(follow(["opened", "closed", "network lost", "network back"])).toBe("reconnecting");
  });
});
