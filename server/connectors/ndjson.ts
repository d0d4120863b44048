/** `application/x-ndjson`: an event a line. Empty lines and a line end of either kind are fine; a line that is no JSON is one bad item, not the end of all. */
import { MAX_EVENTS } from "../../domain/contract/ingest.ts";
import { isProblem, problem } from "../problem.ts";
import { type Posted, parseJson, textOf } from "./posted.ts";

export function readNdjson(body: Uint8Array): Posted {
  const items: unknown[] = [];
  const unread = new Map<number, string>();

  function read(line: string, place: number): unknown {
    try {
      return parseJson(line, `Line ${place + 1}`);
    } catch (error) {
      if (!isProblem(error)) throw error;
      unread.set(items.length, error.message);
      return undefined;
    }
  }

  textOf(body)
    .split("\n")
    .forEach((line, place) => {
      if (line.trim() === "") return;
      // Counted before parsing: a body of a million short lines is not worth reading.
      if (items.length === MAX_EVENTS)
        throw problem("CT_ERR_TOO_MANY_EVENTS", `More than ${MAX_EVENTS} lines with events.`);
      items.push(read(line, place));
    });
  return { items, unread };
}
