import type * as Ours from "@freehold/agents";
import type * as OurEmail from "@freehold/agents/email";
import type * as OurLifecycle from "@freehold/agents/lifecycle";
import type * as OurQueue from "@freehold/agents/queue";
import type * as OurSchedules from "@freehold/agents/schedules";
import type * as OurState from "@freehold/agents/state";
import type * as OurWebSockets from "@freehold/agents/websockets";
import type * as Published from "agents";
import type * as Email from "agents/email";
import type * as Lifecycle from "agents/lifecycle";
import type * as Queue from "agents/queue";
import type * as Schedules from "agents/schedules";
import type * as State from "agents/state";
import type * as WebSockets from "agents/websockets";
import { expectTypeOf, test } from "vitest";

/** The public side of a class: private members make two classes never equal. */
type Public<T> = { [Key in keyof T]: T[Key] };

test("what the lifecycle gives is what the published one gives, or more", () => {
  expectTypeOf<OurLifecycle.LifecycleJob>().toEqualTypeOf<Lifecycle.LifecycleJob>();
  expectTypeOf<OurLifecycle.LifecycleJobOutcome>().toEqualTypeOf<Lifecycle.LifecycleJobOutcome>();
  expectTypeOf<OurLifecycle.LifecycleJobContext>().toEqualTypeOf<Lifecycle.LifecycleJobContext>();
  expectTypeOf<OurLifecycle.LifecycleJobs>().toExtend<Lifecycle.LifecycleJobs>();
  expectTypeOf<OurLifecycle.LifecycleServices>().toExtend<Lifecycle.LifecycleServices>();
  expectTypeOf<OurLifecycle.LifecycleEvent>().toEqualTypeOf<Lifecycle.LifecycleEvent>();
  expectTypeOf<OurLifecycle.MemoryLimitContext>().toEqualTypeOf<Lifecycle.MemoryLimitContext>();
  expectTypeOf<OurLifecycle.LifecycleRoutes>().toEqualTypeOf<Lifecycle.LifecycleRoutes>();
  expectTypeOf<OurLifecycle.Connection>().toEqualTypeOf<Lifecycle.Connection>();
  expectTypeOf<Public<OurLifecycle.LifecycleCapability>>().toEqualTypeOf<
    Public<Lifecycle.LifecycleCapability>
  >();
});

test("what the lifecycle takes, ours takes", () => {
  expectTypeOf<Lifecycle.LifecycleJobPushOptions>().toExtend<OurLifecycle.LifecycleJobPushOptions>();
  expectTypeOf<Lifecycle.LifecycleOptions>().toExtend<OurLifecycle.LifecycleOptions>();
  expectTypeOf<Lifecycle.DurableObjectCapability>().toExtend<OurLifecycle.DurableObjectCapability>();
  expectTypeOf<OurLifecycle.DurableObjectCapability>().toExtend<Lifecycle.DurableObjectCapability>();
});

test("the other rooms likewise", () => {
  expectTypeOf<Public<OurState.State<number>>>().toExtend<Public<State.State<number>>>();
  expectTypeOf<State.StateOptions<number>>().toExtend<OurState.StateOptions<number>>();
  expectTypeOf<Public<OurQueue.Queue>>().toExtend<Public<Queue.Queue>>();
  expectTypeOf<Queue.QueueOptions>().toExtend<OurQueue.QueueOptions>();
  expectTypeOf<OurQueue.QueueItem<1>>().toEqualTypeOf<Queue.QueueItem<1>>();
  expectTypeOf<Public<OurSchedules.Scheduler>>().toExtend<Public<Schedules.Scheduler>>();
  expectTypeOf<Schedules.SchedulerOptions>().toExtend<OurSchedules.SchedulerOptions>();
  expectTypeOf<OurSchedules.Schedule<1>>().toExtend<Schedules.Schedule<1>>();
  expectTypeOf<Schedules.Schedule<1>>().toExtend<OurSchedules.Schedule<1>>();
  expectTypeOf<Public<OurWebSockets.WebSockets>>().toExtend<Public<WebSockets.WebSockets>>();
  expectTypeOf<WebSockets.WebSocketsOptions>().toExtend<OurWebSockets.WebSocketsOptions>();
  expectTypeOf<WebSockets.WebSocketHandlers>().toEqualTypeOf<OurWebSockets.WebSocketHandlers>();
});

test("e-mail takes and gives what the published package does", () => {
  expectTypeOf<OurEmail.AgentEmail>().toEqualTypeOf<Email.AgentEmail>();
  expectTypeOf<OurEmail.EmailResolver<1>>().toEqualTypeOf<Email.EmailResolver<1>>();
  expectTypeOf<OurEmail.SendEmailOptions>().toEqualTypeOf<Email.SendEmailOptions>();
  expectTypeOf<OurEmail.EmailHeader>().toEqualTypeOf<Email.EmailHeader>();
  expectTypeOf<OurEmail.SecureReplyResolverOptions>().toEqualTypeOf<Email.SecureReplyResolverOptions>();
  expectTypeOf<typeof OurEmail.signAgentHeaders>().toEqualTypeOf<typeof Email.signAgentHeaders>();
  expectTypeOf<Ours.Agent["replyToEmail"]>().toEqualTypeOf<Published.Agent["replyToEmail"]>();
  expectTypeOf<Ours.Agent["sendEmail"]>().toEqualTypeOf<Published.Agent["sendEmail"]>();
});
