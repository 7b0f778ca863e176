import { expect, test } from "vitest";
import { buildAgentPath, buildAgentUrl, parseSubAgentPath } from "./url.ts";

const step = (className: string, name: string) => ({ className, name });
const root = step("MyRoot", "r1");

test.each([
  [[root], {}, "/agents/my-root/r1"],
  [[root, step("Child", "a/b %_")], {}, "/agents/my-root/r1/sub/child/a%2Fb%20%25_"],
  [[root, step("Child", "x")], { leafPath: "/a/b" }, "/agents/my-root/r1/sub/child/x/a/b"],
  [[root, step("Child", "x")], { leafPath: "a" }, "/agents/my-root/r1/sub/child/x/a"],
  [[root], { leafPath: "/" }, "/agents/my-root/r1/"],
  [[root], { leafPath: "" }, "/agents/my-root/r1"],
  [[root], { prefix: "api/v1" }, "/api/v1/my-root/r1"],
  [[root], { rootBinding: "OTHER_THING" }, "/agents/other-thing/r1"],
  [[step("MyRoot", "%zz")], {}, "/agents/my-root/%zz"],
  [[root, step("Child", "%2e")], {}, "/agents/my-root/r1/sub/child/%252e"],
  [[root, step("Child", "sub")], {}, "/agents/my-root/r1/sub/child/sub"],
  [[root, step("Child", "a\\\n")], {}, "/agents/my-root/r1/sub/child/a%5C%0A"],
])("44. the path of %j with %j", (path, options, expected) => {
  expect(buildAgentPath(path, options)).toBe(expected);
});

test.each(["", ".", "..", "%2e", "%2E.", "a/b", "a?b", "a#b", " ", "ä", "a\\b", "a\0", "\ud800"])(
  "44. an outermost agent named %j has no path",
  (name) => {
    expect(() => buildAgentPath([step("MyRoot", name)])).toThrow(
      `Cannot build an Agent path for root Agent name ${JSON.stringify(name)} because it is not externally routable.`,
    );
  },
);

test.each([
  ["", "it is not externally routable."],
  [".", "it is not externally routable."],
  ["..", "it is not externally routable."],
  ["a\0b", "it is not externally routable."],
  ["\ud800", "it is not valid Unicode."],
])("44. a child named %j has no path", (name, why) => {
  expect(() => buildAgentPath([root, step("Child", name)])).toThrow(why);
});

test.each(["Sub", "SUB", "sub_"])("44. the class %s has no path", (className) => {
  const why = `Agent class name "${className}" because "sub" is reserved.`;
  expect(() => buildAgentPath([step(className, "r")])).toThrow(why);
  expect(() => buildAgentPath([root, step(className, "c")])).toThrow(why);
});

test.each(["", "A/B", "a b", ".", "Ä", "_"])("44. the class %j has no path", (className) => {
  expect(() => buildAgentPath([root, step(className, "c")])).toThrow("not externally routable");
});

test.each([
  "/a?b",
  "/a#b",
  "/a/../b",
  "/a/%2e%2E/b",
  "/a\\b",
  "//x",
  "/a b",
  "/ä",
  "/a\tb",
  "/\ud800",
])("44. the leaf %j would not stay as it is", (leafPath) => {
  expect(() => buildAgentPath([root], { leafPath })).toThrow("not a stable pathname");
});

test.each(["", "/api/", "a/sub", "a/..", "a b", "a?b"])("44. the prefix %j", (prefix) => {
  expect(() => buildAgentPath([root], { prefix })).toThrow("routing prefix");
});

test("44. other paths that cannot be", () => {
  expect(() => buildAgentPath([])).toThrow("Agent path must contain at least one step.");
  expect(() => buildAgentPath([step("MyRoot", "sub")])).toThrow('"sub" is reserved');
});

test.each(["https://x.com", "https://x.com/", "https://x.com/?#", new URL("http://a:1")])(
  "a URL of %s",
  (origin) => {
    const url = buildAgentUrl(origin, [root]);
    expect(url.href).toBe(`${new URL(origin).origin}/agents/my-root/r1`);
  },
);

test("a URL of a WebSocket's origin", () => {
  expect(buildAgentUrl("ws://x", [root]).href).toBe("ws://x/agents/my-root/r1");
});

test.each(["https://x.com/a", "https://x?a", "https://x#a", "https://u:p@x", "ftp://x", "x"])(
  "%s is no origin",
  (origin) => {
    expect(() => buildAgentUrl(origin, [root])).toThrow(`Invalid Agent URL origin "${origin}".`);
  },
);

const known = { knownClasses: ["MyChild", "AIChat"] };

test.each([
  ["/agents/r/n/sub/my-child/a%20b/leaf", "MyChild", "a b", "/leaf"],
  ["/agents/r/sub/sub/my-child/x", "MyChild", "x", "/"],
  ["/sub/my-child/x/sub/my-child/y/z", "MyChild", "x", "/sub/my-child/y/z"],
  ["/sub//my-child/x/", "MyChild", "x", "/"],
  ["/sub/other/x/sub/my-child/y", "MyChild", "y", "/"],
  ["/sub/my-child/%zz/sub/my-child/y", "MyChild", "y", "/"],
  ["/sub/a-i-chat/x", "AIChat", "x", "/"],
  ["/sub/ai-chat/x", "AIChat", "x", "/"],
  ["/sub/my-child/a%00b", "MyChild", "a\0b", "/"],
])("%s names %s %j", (pathname, childClass, childName, remainingPath) => {
  const match = parseSubAgentPath(`http://h${pathname}?q`, known);
  expect(match).toEqual({ childClass, childName, remainingPath });
});

test.each(["/sub/my-child", "/sub/unknown/x", "/sub/MyChild/x", "/sub/my-child/%zz", "/a/b"])(
  "%s names none",
  (pathname) => {
    expect(parseSubAgentPath(`http://h${pathname}`, known)).toBeNull();
  },
);

test("without known classes the URL's word counts; what is no URL is an error", () => {
  expect(parseSubAgentPath("http://h/sub/my-child/x")?.childClass).toBe("MyChild");
  expect(() => parseSubAgentPath("/sub/my-child/x")).toThrow(TypeError);
});
