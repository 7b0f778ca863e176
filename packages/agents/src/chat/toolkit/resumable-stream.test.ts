import { expect, test } from "vitest";
import { memorySql } from "../../../test/support/fakes.ts";
import { testServices } from "../../../test/support/services.ts";
import { installServices, servicesOf } from "../../lifecycle/capability.ts";
import { createChatStreams } from "./recovery.ts";
import { ResumableStream } from "./resumable-stream.ts";

/** One life of an object over a database that may have had others. */
function life(memory = memorySql()) {
  const world = testServices({ memory });
  const streams = createChatStreams();
  const services = servicesOf(world.install(streams));
  const storage = { transactionSync: (body: () => unknown) => body() };
  installServices(streams, { ...services, status: services.status, storage } as never);
  streams.__DO_NOT_USE_WILL_BREAK__sync().ensureTables();
  return { memory, stream: new ResumableStream(streams) };
}

function listener() {
  const frames: Record<string, unknown>[] = [];
  return { frames, id: "a", send: (frame: string) => void frames.push(JSON.parse(frame)) };
}

test("an answer is stored chunk by chunk, replayed to who comes later, and gone with its message", () => {
  const { stream } = life();
  const id = stream.start("r", { messageId: "m", originMessageIds: ["u"] });
  expect(["one", "two"].map((body) => stream.storeChunk(id, body))).toEqual([0, 1]);
  expect(stream.storeChunk("other", "three")).toBeUndefined();
  const late = listener();
  expect(stream.replayChunks(late, "r")).toBeNull();
  expect(late.frames).toMatchObject([
    { body: "one", seq: 0, replay: true },
    { body: "two", seq: 1, replay: true },
    { body: "", done: false, replayComplete: true },
  ]);
  stream.finish(id, "aborted");
  expect([stream.hasActiveStream(), stream.pendingCutoverId]).toEqual([false, id]);
  expect([stream.getOutcome("r"), stream.getStreamMessageId(id)]).toEqual(["aborted", "m"]);
  let isStored = false;
  stream.cutover(id, () => {
    isStored = true;
  });
  expect([isStored, stream.latestStreamInfoForRequest("r")]).toEqual([true, null]);
});

test("what a life of the object left is found by the next, and ends when it is replayed", () => {
  const { memory, stream: before } = life();
  const id = before.start("r", { continuation: true });
  before.storeChunk(id, "one");
  const { stream } = life(memory);
  expect([stream.activeStreamId, stream.activeRequestId, stream.isLive]).toEqual([id, "r", false]);
  const late = listener();
  expect(stream.replayChunks(late, "r")).toBe(id);
  expect(late.frames).toMatchObject([
    { body: "one", replay: true, continuation: true },
    { done: true, replay: true, outcome: "aborted" },
  ]);
  expect(stream.getStreamChunks(id)).toEqual([{ body: "one", chunk_index: 0 }]);
  expect(stream.latestStreamInfoForRequest("r")?.status).toBe("completed");
  expect(stream.reclaim()).toBe(1);
});

test("an answer that failed can be replayed until the next one begins", () => {
  const { stream } = life();
  const id = stream.start("r");
  stream.storeChunk(id, "half");
  stream.markError(id);
  const late = listener();
  expect(stream.replayErroredChunksByRequestId(late, "r")).toBe(true);
  expect(stream.replayCompletedChunksByRequestId(late, "r")).toBe(false);
  expect(late.frames).toMatchObject([{ body: "half" }]);
  stream.start("r2");
  expect(stream.replayErroredChunksByRequestId(late, "r")).toBe(false);
  stream.clearAll();
  expect(stream.hasActiveStream()).toBe(false);
});
