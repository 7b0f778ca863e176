import { expect, test, vi } from "vitest";
import { changeHookOf, fieldHookOf, tellOfLateRefusal } from "./hooks.ts";

test("the change hook has two names, of which a class may use one", () => {
  class Base {
    onStateChanged() {
      return "base";
    }
    onStateUpdate() {
      return "base";
    }
  }
  class Present extends Base {
    override onStateChanged() {
      return "present";
    }
  }
  class Old extends Base {
    override onStateUpdate() {
      return "old";
    }
  }
  class Both extends Present {
    override onStateChanged() {
      return "both";
    }
    override onStateUpdate() {
      return "both";
    }
  }
  const warn = vi.spyOn(console, "warn").mockReset().mockReturnValue();
  const of = (agent: object) => changeHookOf(agent, Base.prototype);
  expect([new Base(), new Present(), new Old(), new Old()].map(of)).toEqual([
    undefined,
    "onStateChanged",
    "onStateUpdate",
    "onStateUpdate",
  ]);
  expect(warn).toHaveBeenCalledTimes(1);
  class Field extends Base {
    override onStateChanged = () => "field";
  }
  expect([fieldHookOf(new Field()), fieldHookOf(new Present())]).toEqual([
    "onStateChanged",
    undefined,
  ]);
  expect(() => of(new Both())).toThrow("[Agent] Cannot override both");
});

test("a validation that comes too late is told of: once the class, each refusal", async () => {
  const warn = vi.spyOn(console, "warn").mockReset().mockReturnValue();
  const error = vi.spyOn(console, "error").mockReset().mockReturnValue();
  class Late {}
  for (let n = 0; n < 2; n++) tellOfLateRefusal(new Late(), Promise.reject(new Error("no")));
  await Promise.resolve();
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("of Late is async"));
  expect(error).toHaveBeenCalledTimes(2);
});
