import { expect, test, vi } from "vitest";
import { changeHookOf, fieldHookOf } from "./hooks.ts";

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
