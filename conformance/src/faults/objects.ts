import type { Fault } from "./fault.ts";

/** Identity and life of objects, their alarms. */
export const objectFaults: readonly Fault[] = [
  {
    name: "two-activations-of-one-id",
    programs: ["gates/interleaving", "stubs/order"],
    edits: [
      {
        file: "objects/object-directory.ts",
        find: "    if (activation !== undefined) return activation;\n    if (this.#isClosed)",
        put: "    if (activation !== undefined && !activation.isBusy) return activation;\n    if (this.#isClosed)",
      },
    ],
  },
  {
    name: "stub-not-broken-after-abort",
    programs: ["abort/stays-broken", "stubs/abort"],
    edits: [
      {
        file: "objects/handle.ts",
        find: "const broken = this.#bond?.broken;",
        put: "const broken = undefined as Error | undefined;",
      },
    ],
  },
  {
    name: "reason-of-a-reset-lost",
    programs: ["abort/flags", "abort/by-another-event"],
    edits: [
      {
        file: "objects/activation.ts",
        find: "work.drop(resetError(this.#reason)",
        put: "work.drop(rpcErrors.connectionLost()",
      },
    ],
  },
  {
    name: "abort-commits",
    programs: ["transactions/survive", "gates/one-commit", "gates/turns-commit-apart"],
    edits: [
      {
        file: "storage/session.ts",
        find: "    this.#broken = { reason };\n",
        put: "    if (this.#open && this.transactions.open) this.commit();\n    this.#broken = { reason };\n",
      },
    ],
  },
  {
    name: "id-of-any-namespace",
    programs: ["ids/parsing"],
    edits: [
      {
        file: "objects/id.ts",
        find: "if (!timingSafeEqual(bytes, expected)) throw",
        put: "if (!timingSafeEqual(bytes, bytes) && expected) throw",
      },
    ],
  },
  {
    name: "name-lost-on-alarm",
    programs: ["alarms/cold"],
    edits: [
      {
        file: "objects/object-directory.ts",
        find: "    entry.name ??= this.#options.stores.nameOf(entry.key);\n",
        put: "",
      },
    ],
  },
  {
    name: "early-alarm",
    programs: ["alarms/firing"],
    edits: [
      {
        file: "alarms/decide.ts",
        find: "return { time, wake: time, counted: 0, uncounted: 0 };",
        put: "return { time, wake: time - 400, counted: 0, uncounted: 0 };",
      },
      {
        file: "objects/alarm-delivery.ts",
        find: "due === null || due > directory.clock.now()",
        put: "due === null",
      },
    ],
  },
  {
    name: "alarm-not-retried",
    programs: ["alarms/retry"],
    edits: [
      {
        file: "objects/alarm-delivery.ts",
        find: 'store.endAlarm(hasFailed ? "keep" : "done");',
        put: 'store.endAlarm("done");',
      },
    ],
  },
  {
    name: "alarm-retried-at-once",
    programs: ["alarms/retry"],
    edits: [
      {
        file: "alarms/decide.ts",
        find: "const FIRST_DELAY_MS = 2_000;",
        put: "const FIRST_DELAY_MS = 1;",
      },
    ],
  },
  {
    name: "retry-count-lost",
    programs: ["alarms/retry"],
    edits: [
      {
        file: "alarms/scheduler.ts",
        find: "{ retryCount: alarm.counted + alarm.uncounted }",
        put: "{ retryCount: 0 }",
      },
    ],
  },
  {
    name: "alarm-lost-on-rearm",
    programs: ["alarms/rearm"],
    edits: [
      {
        file: "storage/alarm-cell.ts",
        find: "this.#running !== undefined && !this.#rearmed;",
        put: "this.#running !== undefined;",
      },
    ],
  },
  {
    name: "alarm-visible-while-it-runs",
    programs: ["alarms/handler-state", "alarms/firing"],
    edits: [
      {
        file: "storage/alarm-cell.ts",
        find: "return this.#running !== undefined && !this.#rearmed ? null : this.stored;",
        put: "return this.stored;",
      },
    ],
  },
  {
    name: "deleted-alarm-fires",
    programs: ["alarms/deleted-in-time"],
    edits: [
      { file: "storage/key-value.ts", find: "    this.#parts.alarm.clear(confirmed);\n", put: "" },
    ],
  },
  {
    name: "alarm-in-the-past-not-clamped",
    programs: ["alarms/rules"],
    edits: [
      {
        file: "storage/key-value.ts",
        find: "Math.max(time, this.#parts.now())",
        put: "time",
      },
    ],
  },
  {
    name: "never-hibernates",
    programs: ["sockets/hibernation"],
    edits: [
      {
        file: "objects/idle.ts",
        find: "} else sleeper.sleep();",
        put: "} else if (this.#due < 0) sleeper.sleep();",
      },
    ],
  },
  {
    name: "hibernates-in-spite-of-timers",
    programs: ["hibernation/timer-blocks"],
    edits: [
      {
        file: "objects/sleeper.ts",
        find: "openSockets > 0 && !this.#isKept(isHeld) && !this.#isKept(hasTimers)",
        put: "openSockets > 0 && !this.#isKept(isHeld)",
      },
    ],
  },
  {
    name: "interruption-of-an-alarm-not-told",
    programs: ["abort/retry-alarm"],
    edits: [
      {
        file: "alarms/scheduler.ts",
        find: "{ retryCount: alarm.counted + alarm.uncounted }",
        put: "{ retryCount: alarm.counted }",
      },
    ],
  },
  {
    name: "name-lost-on-waking",
    programs: ["ids/name-in-every-event", "ids/name-of-the-first-caller"],
    edits: [
      {
        file: "objects/object-directory.ts",
        find: "id: new DurableObjectId(entry.key.id, entry.name),",
        put: "id: new DurableObjectId(entry.key.id, undefined),",
      },
    ],
  },
  {
    name: "request-broken-off-is-not-remote",
    programs: ["abort/each-kind", "stubs/constructor-fails-by-kind"],
    edits: [
      {
        file: "objects/reset.ts",
        find: "Object.assign(error, { remote: true, durableObjectReset: true });",
        put: "Object.assign(error, { durableObjectReset: true });",
      },
    ],
  },
  {
    name: "thrown-record-becomes-a-text",
    programs: ["abort/each-kind", "stubs/constructor-fails-by-kind"],
    edits: [
      {
        file: "objects/reset.ts",
        find: "return isObject ? new ThrownValue(thrown) :",
        put: "return isObject && thrown === null ? new ThrownValue(thrown) :",
      },
    ],
  },
  {
    name: "call-under-way-does-not-hold",
    programs: ["hibernation/what-keeps-awake"],
    edits: [{ file: "context.ts", find: "  waiting.waits?.(1);\n", put: "" }],
  },
  {
    name: "facets-below-outlive-an-abort",
    programs: ["facets/abort-deep"],
    edits: [
      { file: "facets/facet.ts", find: "    this.facets.stopAll(failure);\n", put: "" },
      {
        file: "objects/activation.ts",
        find: "this.#childrenEnded = this.host.children()?.end(reason, this.#reason);",
        put: "",
      },
    ],
  },
  {
    name: "facets-outlive-their-parent",
    programs: ["facets/parent-aborts"],
    edits: [
      {
        file: "objects/activation.ts",
        find: "this.#childrenEnded = this.host.children()?.end(reason, this.#reason);",
        put: "",
      },
    ],
  },
  {
    name: "deleted-facet-keeps-its-storage",
    programs: ["facets/delete", "facets/delete-while-running"],
    edits: [
      {
        file: "facets/facets.ts",
        find: "await this.home.stores.erase(facet.path);",
        put: "await Promise.resolve();",
      },
    ],
  },
];
