import * as workers from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

type Env = Readonly<Record<string, unknown>>;
type With = (value: unknown, act: () => unknown) => unknown;

const { env, exports, withEnv, withExports, withEnvAndExports } = workers as unknown as {
  env: Env;
  exports: Env;
  withEnv: With;
  withExports: With;
  withEnvAndExports(env: unknown, exports: unknown, act: () => unknown): unknown;
};

export default inWorker("env and exports that are replaced", async ({ note, fails }) => {
  note(
    "returns",
    withEnv({ a: 1 }, () => env.a),
  );
  await fails("throws", () =>
    withEnv({}, () => {
      throw new RangeError("inside");
    }),
  );
  await fails("nested", () =>
    withEnv({ a: 1 }, () => [withEnv({ b: 2 }, () => [env.a, env.b]), env.a, env.b]),
  );
  const late = withEnv({ a: 1 }, async () => {
    await Promise.resolve();
    const first = env.a;
    const second = await new Promise((resolve) => setTimeout(() => resolve(env.a), 1));
    return [first, second];
  });
  note("outside", env.a);
  note("later", await late);
  await fails("exports", () => withExports({ x: 1 }, () => [Object.keys(exports), env.a]));
  await fails("both", () => withEnvAndExports({ a: 1 }, { x: 2 }, () => [env.a, exports.x]));
  await fails("null", () => withEnv(null, () => "Lab" in env));
  await fails("a number", () => withEnv(5, () => "Lab" in env));
  await fails("no function", () => withEnv({}, 5 as never));
  await fails("exports, no function", () => withExports({}, 5 as never));
  await fails("both, no function", () => withEnvAndExports({}, {}, 5 as never));
  await fails("nothing in another", () => withEnv({ a: 1 }, () => withEnv(5, () => env.a)));
  await fails("both, one of them none", () =>
    withEnv({ a: 1 }, () => withEnvAndExports(null, { x: 1 }, () => [env.a, exports.x])),
  );
  await fails("a function", () =>
    withEnv(
      Object.assign(() => 1, { a: 2 }),
      () => env.a,
    ),
  );
  await fails("set", () => withEnv({}, () => Reflect.set(env, "c", 1)));
  await fails("delete", () => withEnv({ a: 1 }, () => [Reflect.deleteProperty(env, "a"), env.a]));
  await fails("shape", () =>
    withEnv({ a: 1 }, () => [
      Object.keys(env),
      "a" in env,
      Object.hasOwn(env, "a"),
      JSON.stringify(env),
      { ...env },
      Object.getPrototypeOf(env) === null,
    ]),
  );
  await fails("exports set", () => Reflect.set(exports, "c", 1));
});
