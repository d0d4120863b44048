/** Tries a change against the live queue; nothing happens to any order by that. */
import { shallowRef } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import type { WhatIfChange, WhatIfDone, WhatIfView } from "../../domain/contract/what-if.ts";
import { http, problemOf } from "../realtime/http.ts";

export type WhatIfState =
  | { kind: "idle" }
  | { kind: "asking" }
  /** `tried`: what was asked, in words: the fields may hold something else by now */
  | { kind: "ready"; view: WhatIfView; tried: string; isDone: boolean }
  | { kind: "failed"; problem: Problem };

const pathOf = (site: string, id = ""): string =>
  `/api/v1/what-if${id === "" ? "" : `/${id}/applied`}?${new URLSearchParams({ site })}`;

/** Those that were done; throws `ProblemError` when refused. */
export const readDone = async (site: string): Promise<WhatIfDone[]> =>
  (await http<{ items: WhatIfDone[] }>("GET", pathOf(site))).items;

export function useWhatIf(site: () => string) {
  const state = shallowRef<WhatIfState>({ kind: "idle" });
  let asked = 0;

  async function attempt(changes: WhatIfChange[], tried: string): Promise<void> {
    const mine = ++asked;
    state.value = { kind: "asking" };
    try {
      const view = await http<WhatIfView>("POST", pathOf(site()), { body: { changes } });
      if (mine === asked) state.value = { kind: "ready", view, tried, isDone: false };
    } catch (error) {
      if (mine === asked) state.value = { kind: "failed", problem: problemOf(error) };
    }
  }

  /** Says that people did it: it is kept and compared with what comes. */
  async function markDone(): Promise<void> {
    const before = state.value;
    if (before.kind !== "ready") return;
    try {
      await http("POST", pathOf(site(), before.view.id));
      if (state.value === before) state.value = { ...before, isDone: true };
    } catch (error) {
      if (state.value === before) state.value = { kind: "failed", problem: problemOf(error) };
    }
  }

  function forget(): void {
    asked += 1;
    state.value = { kind: "idle" };
  }
  return { state, attempt, markDone, forget };
}
