import fc from "fast-check";
import { expect, test } from "vitest";
import {
  connectStateFrame,
  identityFrame,
  isCall,
  isStateUpdate,
  parseFrame,
  rpcErrorFrame,
  rpcResultFrame,
  stateFrame,
} from "./wire.ts";

test("frames have the keys in the order the published client has seen so far", () => {
  expect(identityFrame("n", "a", true)).toBe(
    '{"type":"cf_agent_identity","name":"n","agent":"a","stateFollows":true}',
  );
  expect(identityFrame("n", "a", false)).toBe(
    '{"type":"cf_agent_identity","name":"n","agent":"a"}',
  );
  expect(connectStateFrame("1", 7)).toBe('{"type":"cf_agent_state","state":1,"version":7}');
  expect(stateFrame("1", 8)).toBe('{"state":1,"type":"cf_agent_state","version":8}');
  expect(rpcResultFrame("i", null, true)).toBe(
    '{"done":true,"id":"i","result":null,"success":true,"type":"rpc"}',
  );
});

test("a failed answer tells class and code of what was thrown, and no stack", () => {
  const answer = (thrown: unknown) => JSON.parse(rpcErrorFrame("i", "no", thrown));
  const plain = { error: "no", id: "i", success: false, type: "rpc" };
  expect(answer("text")).toEqual(plain);
  expect(answer(new Error("no"))).toEqual(plain);
  const coded = Object.assign(new TypeError("no"), { code: "odd", secret: 1 });
  expect(answer(coded)).toEqual({ ...plain, name: "TypeError", code: "odd" });
});

test.each(["", "x", "[]", "1", "null", '"text"', "{", " [1]", '{"a":'])(
  "%j is no frame",
  (text) => {
    expect(parseFrame(text)).toBeUndefined();
  },
);

test.each([
  [{ type: "rpc", id: "1", method: "m", args: [], extra: 1 }, true],
  [{ type: "rpc", id: 1, method: "m", args: [] }, false],
  [{ type: "rpc", id: "1", method: "m", args: null }, false],
  [{ type: "rpc", id: "1", method: "m" }, false],
  [{ type: "rpc", id: "1", args: [] }, false],
  [{ type: "other", id: "1", method: "m", args: [] }, false],
])("%j is a call: %s", (frame, is) => {
  expect(isCall(frame)).toBe(is);
});

test("a state update needs the key, whatever its value", () => {
  expect(isStateUpdate({ type: "cf_agent_state", state: null })).toBe(true);
  expect(isStateUpdate({ type: "cf_agent_state" })).toBe(false);
});

test("any text is a JSON object or nothing; reading never throws", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((j) => ` \n${j}`),
      ),
      (text) => {
        const frame = parseFrame(text);
        expect(frame === undefined || (typeof frame === "object" && !Array.isArray(frame))).toBe(
          true,
        );
      },
    ),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const text = JSON.stringify(object);
      expect(parseFrame(text)).toEqual(JSON.parse(text));
    }),
  );
});
