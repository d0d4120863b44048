/** Capture jobs in memory. */
import type { StoredCapture } from "../../domain/contract/epcis.ts";
import type { CaptureJobs } from "../../server/epcis/jobs.ts";

export function memoryCaptures(): CaptureJobs {
  const kept: { site: string; capture: StoredCapture }[] = [];
  return {
    keep: async (site, capture) => void kept.unshift({ site, capture }),
    get: async (site, id) =>
      kept.find((one) => one.site === site && one.capture.job.captureID === id)?.capture ?? null,
    all: async (site) => kept.flatMap((one) => (one.site === site ? [one.capture] : [])),
  };
}
