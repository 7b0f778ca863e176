import type { Scalar } from "../request-options.ts";
import type { Noted } from "../rules/checks.ts";
import type { Findings } from "../rules/dlp.ts";

/** What is known of one request afterwards. Source: `AiGatewayLog`, `platform.md` 4.4. */
export interface LogEntry {
  readonly id: string;
  readonly gateway: string;
  readonly provider: string;
  readonly model: string;
  readonly path: string;
  /** To the end of the answer, in ms. */
  readonly duration: number;
  readonly requestContentType: string;
  readonly responseContentType: string;
  readonly statusCode: number;
  readonly success: boolean;
  readonly cached: boolean;
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  readonly cost?: number;
  readonly customCost: boolean;
  readonly metadata: Readonly<Record<string, Scalar>>;
  readonly step: number;
  readonly attempts: number;
  readonly requestSize: number;
  readonly responseSize: number;
  /** Absent where payloads are not collected; secrets are taken out. */
  readonly request?: string;
  readonly response?: string;
  readonly requestComplete: boolean;
  readonly responseComplete: boolean;
  readonly eventId?: string;
  readonly notes: readonly Noted[];
  readonly dlp?: Findings;
  /** What somebody said of it later. */
  readonly feedback?: -1 | 1 | null;
  readonly score?: number | null;
  /** In ms since 1970. */
  readonly createdAt: number;
}

/** What a log can be changed in afterwards. */
export interface LogPatch {
  readonly feedback?: -1 | 1 | null;
  readonly score?: number | null;
  readonly metadata?: Readonly<Record<string, Scalar>> | null;
}
