/** What came of telling somebody, under the incident it was about: shown on its ladder for as long as the incident is kept. */
import type { StoredTold } from "../../domain/contract/incidents.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import type { Notice } from "../../domain/incidents/notice.ts";
import type { Send } from "../redis.ts";

const KEPT_SECONDS = String(35 * 86_400);

export type Result = Pick<StoredTold, "whom" | "way" | "state"> & { words?: string };
export type Results = {
  note: (notice: Notice, result: Result) => Promise<void>;
  /** Before it is sent: says nothing when something came of it already, so that spreading a second time takes no result back. */
  begin: (notice: Notice, result: Result) => Promise<void>;
};

export function createResults(send: Send, now: () => number): Results {
  const write =
    (command: "HSET" | "HSETNX") =>
    async (
      { id, site, incident, generation, step, round }: Notice,
      { whom, way, state, words }: Result,
    ): Promise<void> => {
      const key = keysOf(site).notices(incident);
      const told: StoredTold = {
        notice: id,
        whom,
        way,
        at: now(),
        state,
        generation,
        ...(words !== undefined && { words }),
        ...(step !== undefined && { step }),
        ...(round !== undefined && { round }),
      };
      await send(command, key, `${id}|${way}|${whom}`, JSON.stringify(told));
      await send("EXPIRE", key, KEPT_SECONDS);
    };
  return { note: write("HSET"), begin: write("HSETNX") };
}
