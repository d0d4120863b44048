/** The machine keys of this tower: read, made, changed. Every call throws `ProblemError` when refused. */
import { shallowRef } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import type {
  KeyCreate,
  KeyPatch,
  KeyView,
  KeyWithSecret,
} from "../../domain/contract/machine-keys.ts";
import { everyItem, http, problemOf } from "../realtime/http.ts";

const PATH = "/api/v1/keys";
const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

export type KeysState =
  | { kind: "loading" }
  | { kind: "ready"; keys: KeyView[] }
  | { kind: "failed"; problem: Problem };

export const createKey = (wish: KeyCreate): Promise<KeyWithSecret> =>
  http("POST", PATH, { body: wish });
export const changeKey = (id: string, change: KeyPatch): Promise<KeyView> =>
  http("PATCH", pathOf(id), { body: change });
export const rotateKey = (id: string, oldForMs: number): Promise<KeyWithSecret> =>
  http("POST", `${pathOf(id)}/rotate`, { body: { oldForMs } });
export const revokeKey = (id: string): Promise<void> => http("DELETE", pathOf(id));

export function useKeys() {
  const state = shallowRef<KeysState>({ kind: "loading" });

  async function read(): Promise<void> {
    try {
      state.value = { kind: "ready", keys: await everyItem(PATH) };
    } catch (error) {
      state.value = { kind: "failed", problem: problemOf(error) };
    }
  }

  return { state, read };
}
