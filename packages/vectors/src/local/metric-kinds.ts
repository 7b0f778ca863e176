import { MetricKind } from "usearch";
import type { Metric } from "../types.ts";

/** The library's names. */
export const METRIC_KINDS: Readonly<Record<Metric, MetricKind>> = {
  cosine: MetricKind.Cos,
  euclidean: MetricKind.L2sq,
  "dot-product": MetricKind.IP,
};
