import { access, constants, open, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemClock } from "../clock.ts";
import { systemFiles } from "../files.ts";
import { systemRandom } from "../random.ts";
import type { Finding } from "./doctor.ts";

const ENOUGH_DESCRIPTORS = 4096;
const FEWEST_DESCRIPTORS = 512;
const SLOW_SYNC_MS = 20;
/** Faster than any disk that keeps what it is told to. */
const SUSPICIOUS_SYNC_MS = 0.02;
const SYNCS = 15;
const GIBIBYTE = 1024 ** 3;
/** The year 2026: whoever runs this lives later. */
const EARLIEST_TIME = 1_767_225_600_000;

/** `f_type` of file systems on which a write-ahead log is not safe, or nothing lasts. */
const FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0xff_53_4d_42, "CIFS"],
  [0xfe_53_4d_42, "SMB"],
  [0x01_02_19_94, "tmpfs, which a restart empties"],
]);

/** Looks at what the machine gives a host. */
export async function examineMachine(dataDirectory: string): Promise<readonly Finding[]> {
  const folder = await nearest(dataDirectory);
  const writable = await mayWrite(folder);
  const disk = writable === undefined ? [await latency(folder)] : [writable];
  return [fileLimit(systemFiles.descriptorLimit()), clock(), ...(await space(folder)), ...disk];
}

/** How many files may be open. */
export function fileLimit(limit: number): Finding {
  const code = "FILE_LIMIT";
  const message = `This process may have ${limit} files open.`;
  if (limit >= ENOUGH_DESCRIPTORS) return { level: "good", code, message };
  return {
    ...{ level: limit < FEWEST_DESCRIPTORS ? "bad" : "warning", code, message },
    help: `Raise it to ${ENOUGH_DESCRIPTORS} or more: \`ulimit -n\`, or \`LimitNOFILE=\` of systemd.`,
  };
}

function clock(): Finding {
  const now = systemClock.now();
  const message = `The clock says ${new Date(now).toISOString()}.`;
  if (now >= EARLIEST_TIME) return { level: "good", code: "CLOCK", message };
  return {
    ...{ level: "bad", code: "CLOCK", message },
    help: "Set the clock, and keep it right with an NTP service: alarms would run at wrong times.",
  };
}

async function space(folder: string): Promise<readonly Finding[]> {
  const { type, bavail, bsize, blocks } = await statfs(folder);
  const free = bavail * bsize;
  const share = blocks === 0 ? 1 : bavail / blocks;
  const message = `${(free / GIBIBYTE).toFixed(1)} GiB are free on the disk of ${folder}.`;
  const isShort = free < GIBIBYTE || share < 0.05;
  const room: Finding = isShort
    ? {
        ...{ level: free < GIBIBYTE / 10 ? "bad" : "warning", code: "DISK_SPACE", message },
        help: "Free some space, or move the data directory to a larger disk.",
      }
    : { level: "good", code: "DISK_SPACE", message };
  const name = FILE_SYSTEMS.get(type >>> 0);
  if (name === undefined) return [room];
  const unfit: Finding = {
    ...{ level: name.startsWith("tmpfs") ? "warning" : "bad", code: "FILE_SYSTEM" },
    message: `${folder} is on ${name}.`,
    help: "Put the data directory on a local disk: logs are not safe here.",
  };
  return [room, unfit];
}

async function mayWrite(folder: string): Promise<Finding | undefined> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch {
    return {
      ...{ level: "bad", code: "NOT_WRITABLE", message: `${folder} cannot be written to.` },
      help: "Give it to the user that the host runs as: `chown -R`.",
    };
  }
}

/** How long a small write takes to be durable: the median of some. */
async function latency(folder: string): Promise<Finding> {
  const name = Buffer.from(systemRandom.bytes(6)).toString("hex");
  const path = join(folder, `.doctor-${name}`);
  const times: number[] = [];
  const file = await open(path, "wx");
  try {
    for (let count = 0; count < SYNCS; count += 1) {
      await file.write(Buffer.alloc(4096, count), 0, 4096, count * 4096);
      const began = performance.now();
      await file.datasync();
      times.push(performance.now() - began);
    }
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
  return syncLatency(times.sort((a, b) => a - b)[SYNCS >> 1] ?? 0);
}

/** @param ms the median of some syncs */
export function syncLatency(ms: number): Finding {
  const code = "SYNC_LATENCY";
  const message = `A sync to the disk takes ${ms.toFixed(2)} ms.`;
  if (ms > SLOW_SYNC_MS) {
    return {
      ...{ level: "warning", code, message },
      help: 'Answers that follow a write take as long: use a faster disk, or `durability: "relaxed"`.',
    };
  }
  if (ms >= SUSPICIOUS_SYNC_MS) return { level: "good", code, message };
  return {
    ...{ level: "warning", code, message: `${message.slice(0, -1)}: it may not reach the disk.` },
    help: "See that the disk, or the virtual one, does not ignore flushes.",
  };
}

/** The folder, or the nearest one above it that exists. */
async function nearest(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    if (systemFiles.exists(at) || at === dirname(at)) return at;
  }
}
