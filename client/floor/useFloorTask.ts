/** One task of a wall on somebody's phone: read, taken, said to be done, given back; photos of its orders. */
import { onScopeDispose, shallowRef } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import type { WallTask } from "../../domain/contract/walls.ts";
import { http, problemOf } from "../realtime/http.ts";

const EVERY_MS = 10_000;

export type FloorTask = {
  site: string;
  task: WallTask;
  orders: string[];
  by: string | null;
  at: string | null;
};
export type FloorState =
  | { kind: "loading" }
  | { kind: "ready"; found: FloorTask }
  | { kind: "failed"; problem: Problem };
export type Photo = { id: string; by: string; at: string };

const query = (site: string): string => `?site=${encodeURIComponent(site)}`;
const photosOf = (order: string): string => `/api/v1/orders/${encodeURIComponent(order)}/photos`;

export const photoAddress = (site: string, order: string, id: string): string =>
  `${photosOf(order)}/${id}${query(site)}`;
export const readPhotos = async (site: string, order: string): Promise<Photo[]> =>
  (await http<{ items: Photo[] }>("GET", photosOf(order) + query(site))).items;
export const sendPhoto = (site: string, order: string, blob: Blob): Promise<Photo> =>
  http("POST", photosOf(order) + query(site), { blob });

export function useFloorTask(site: () => string, id: () => string) {
  const state = shallowRef<FloorState>({ kind: "loading" });
  const path = (): string => `/api/v1/floor/tasks/${encodeURIComponent(id())}`;

  async function attempt(work: () => Promise<FloorTask>): Promise<Problem | null> {
    try {
      state.value = { kind: "ready", found: await work() };
      return null;
    } catch (error) {
      const problem = problemOf(error);
      // who has it is told; what was shown stays
      if (problem.status !== 409) state.value = { kind: "failed", problem };
      return problem;
    }
  }
  const read = () => attempt(() => http("GET", path() + query(site())));
  const say = (word: "take" | "done" | "leave") =>
    attempt(() => http("POST", `${path()}/${word}${query(site())}`));

  const ticker = setInterval(() => void (document.hidden || read()), EVERY_MS);
  onScopeDispose(() => clearInterval(ticker));
  return { state, read, say };
}
