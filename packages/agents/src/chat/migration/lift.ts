/**
 * What versions before 0.11 kept in tables of their own.
 *
 * @module
 */

import { LEGACY_STREAM_TABLES, type LegacyStreamPorts, liftStreams } from "./legacy-streams.ts";
import {
  LEGACY_MESSAGES_TABLE,
  type LegacyTranscriptPorts,
  liftTranscript,
} from "./legacy-transcript.ts";

const TABLES = [LEGACY_MESSAGES_TABLE, ...LEGACY_STREAM_TABLES];

/** Moves all of it. Costs one query where there is nothing. */
export function liftLegacyTables(ports: LegacyTranscriptPorts & LegacyStreamPorts): void {
  const rows = ports.sql<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN (?, ?, ?)",
    ...TABLES,
  );
  const there = new Set(rows.map(({ name }) => name));
  if (there.has(LEGACY_MESSAGES_TABLE)) liftTranscript(ports);
  liftStreams(ports, there);
}
