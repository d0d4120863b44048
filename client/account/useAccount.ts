/** One's own account: read, its preferences, its password, the sessions. */
import { shallowRef } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import type { AccountView, Preferences, SessionItem } from "../../domain/contract/people.ts";
import { everyItem, http, problemOf } from "../realtime/http.ts";

const PATH = "/api/v1/account";

export type AccountState =
  | { kind: "loading" }
  | { kind: "ready"; account: AccountView; sessions: SessionItem[] }
  | { kind: "failed"; problem: Problem };

/** Throws `ProblemError` when refused. */
export const changePassword = (current: string, next: string): Promise<void> =>
  http("POST", `${PATH}/password`, { body: { current, next } });

export const savePreferences = (preferences: Preferences): Promise<AccountView> =>
  http("PATCH", PATH, { body: { preferences } });

export const endSession = (id: string): Promise<void> =>
  http("DELETE", `${PATH}/sessions/${encodeURIComponent(id)}`);

export const endEverySession = (): Promise<void> => http("DELETE", `${PATH}/sessions`);

export function useAccount() {
  const state = shallowRef<AccountState>({ kind: "loading" });

  async function read(): Promise<void> {
    try {
      const [account, sessions] = await Promise.all([
        http<AccountView>("GET", PATH),
        everyItem<SessionItem>(`${PATH}/sessions`),
      ]);
      state.value = { kind: "ready", account, sessions };
    } catch (error) {
      state.value = { kind: "failed", problem: problemOf(error) };
    }
  }

  return { state, read };
}
