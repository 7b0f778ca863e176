import { beforeAll, describe, expect, test } from "vitest";
import { installGlobals } from "../globals/install.ts";
import { setUp, TestObject } from "./test-kit.ts";

class Test extends TestObject {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/redirect") return Response.redirect("http://object/target", 302);
    if (pathname === "/round") return Response.redirect("http://object/round", 307);
    if (pathname === "/throw") throw new RangeError("bad request");
    if (pathname === "/nothing") return undefined as unknown as Response;
    return new Response(`${request.method} ${pathname} ${await request.text()}`);
  }
}

class Mute extends TestObject {}

beforeAll(installGlobals);

describe("fetch on a stub", () => {
  test("reaches the object whatever the host in the address", async () => {
    const response = await setUp({ Test }).stub().fetch("http://any.example/path", {
      method: "POST",
      body: "text",
    });
    expect(await response.text()).toBe("POST /path text");
  });

  test("needs an absolute address", async () => {
    await expect(setUp({ Test }).stub().fetch("/rel")).rejects.toThrow(
      new TypeError("Invalid URL: /rel"),
    );
  });

  test("follows redirects to the same object, unless the request says otherwise", async () => {
    const { stub } = setUp({ Test });
    const followed = await stub().fetch("http://object/redirect", { method: "POST", body: "x" });
    expect(await followed.text()).toBe("GET /target ");
    const manual = await stub().fetch("http://object/redirect", { redirect: "manual" });
    expect([manual.status, manual.headers.get("location")]).toEqual([302, "http://object/target"]);
    await expect(stub().fetch("http://object/round")).rejects.toThrow("Too many redirects.");
  });

  test("brings back what the handler threw", async () => {
    const error = await setUp({ Test })
      .stub()
      .fetch("http://object/throw")
      .then(undefined, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect({ ...(error as object) }).toEqual({ remote: true });
  });

  test("fails without a handler, and without a response", async () => {
    await expect(setUp({ Test: Mute }).stub().fetch("http://object/")).rejects.toMatchObject({
      message: "Handler does not export a fetch() function.",
      remote: true,
    });
    await expect(setUp({ Test }).stub().fetch("http://object/nothing")).rejects.toMatchObject({
      name: "TypeError",
      remote: true,
    });
  });
});
