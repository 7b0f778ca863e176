export { provideModule } from "../modules/built-in.ts";
export { TestClock, type TestClockOptions } from "../test-clock.ts";
export { createTestHost, type TestHost, type TestHostOptions } from "./test-host.ts";
export type { Eviction, EvictionOptions, TestObject } from "./test-object.ts";
