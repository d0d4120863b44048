/** The headers of the EPCIS 2.0 interface. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ERROR_BEHAVIOURS } from "../../domain/contract/epcis.ts";
import { MAX_BODY_BYTES } from "../../domain/contract/ingest.ts";
import { problem } from "../problem.ts";
import { MAX_CAPTURED } from "./capture.ts";

const VERSIONS = {
  "gs1-epcis-version": "2.0.0",
  "gs1-epcis-min": "2.0.0",
  "gs1-epcis-max": "2.0.0",
  "gs1-cbv-version": "2.0.0",
};
export const CAPTURE_LIMITS = {
  "gs1-epcis-capture-limit": String(MAX_CAPTURED),
  "gs1-epcis-capture-file-size-limit": String(MAX_BODY_BYTES),
};

/** Every answer says which version it speaks. */
export function sayVersions(scope: FastifyInstance): void {
  scope.addHook("onSend", async (_request, reply) => void reply.headers(VERSIONS));
}

const HEADER = "gs1-capture-error-behaviour";
type Behaviour = (typeof ERROR_BEHAVIOURS)[number];

/** What to do with a document that has mistakes; `rollback` when nothing is said. */
export function behaviourOf({ headers }: FastifyRequest): Behaviour {
  const asked = headers[HEADER] ?? "rollback";
  const known = ERROR_BEHAVIOURS.find((one) => one === asked);
  if (known !== undefined) return known;
  throw problem(
    "CT_ERR_INVALID",
    `GS1-Capture-Error-Behaviour is one of ${ERROR_BEHAVIOURS.join(", ")}.`,
    {
      errors: [{ index: 0, path: `/${HEADER}`, message: "headers must be one of those" }],
    },
  );
}
