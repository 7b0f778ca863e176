import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

const BETWEEN = /\r?\n\r?\n/;
const DATA = /^data: ?/;

/** The data of each event of a stream, as they come. */
export async function* eventsOf(body: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const part of body) {
    const events = (rest + decoder.write(part as Buffer)).split(BETWEEN);
    rest = events.pop() ?? "";
    yield* events.flatMap(dataOf);
  }
  yield* dataOf(rest + decoder.end());
}

function dataOf(event: string): string[] {
  const lines = event.split(/\r?\n/).filter((line) => DATA.test(line));
  return lines.length === 0 ? [] : [lines.map((line) => line.replace(DATA, "")).join("\n")];
}
