/** `application/x-ndjson`: an event a line. Empty lines and a line end of either kind are fine. */
import { MAX_EVENTS } from "../../domain/contract/ingest.ts";
import { problem } from "../problem.ts";
import { type Posted, parseJson, textOf } from "./posted.ts";

export function readNdjson(body: Uint8Array): Posted {
  const items: unknown[] = [];
  textOf(body)
    .split("\n")
    .forEach((line, place) => {
      if (line.trim() === "") return;
      // Counted before parsing: a body of a million short lines is not worth reading.
      if (items.length === MAX_EVENTS)
        throw problem("CT_ERR_TOO_MANY_EVENTS", `More than ${MAX_EVENTS} lines with events.`);
      items.push(parseJson(line, `Line ${place + 1}`));
    });
  return { items };
}
