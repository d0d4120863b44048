/** Where capture jobs are kept. */
import type { CaptureJobs } from "../epcis/jobs.ts";
import { plugin } from "../plugin.ts";

export const capturesPlugin = (jobs: CaptureJobs) =>
  plugin("captures", [], (app) => void app.decorate("captures", jobs));

declare module "fastify" {
  interface FastifyInstance {
    captures: CaptureJobs;
  }
}
