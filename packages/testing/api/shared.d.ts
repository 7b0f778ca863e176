import {
  Durability,
  IdleTimes,
  LogLevel,
  WorkerModule,
  WranglerConfig,
} from "freehold/runtime";
/** How a Worker runs under test. */
interface WorkerTestOptions {
  /** Default `memory`: nothing is synced. `strict` makes tests slower and finds no more of their bugs. */
  readonly durability?: Durability;
  readonly clock?: {
    /** When the file's time begins. Default: now. */
    readonly now?: Date | number | string;
    /** Whether it stands still from the beginning. Default false: it runs until a test moves it. */
    readonly paused?: boolean;
  };
  /** The least important thing that the host says on the console. Default `error`. */
  readonly logLevel?: LogLevel;
  /** How long idle objects stay in memory, in milliseconds on the test's clock. */
  readonly idle?: Partial<IdleTimes>;
  /** Classes whose objects `evictDurableObject` refuses to evict. */
  readonly preventEviction?: readonly string[];
}
export {
  WorkerTestOptions,
};