/** One's own account: read, its preferences, its password, the sessions. */
import type { AccountView, Preferences, SessionItem } from "../../domain/contract/people.ts";
import { everyItem, http } from "../realtime/http.ts";
import { useReading } from "../ui/useReading.ts";

const PATH = "/api/v1/account";

/** Throws `ProblemError` when refused. */
export const changePassword = (current: string, next: string): Promise<void> =>
  http("POST", `${PATH}/password`, { body: { current, next } });

export const savePreferences = (preferences: Preferences): Promise<AccountView> =>
  http("PATCH", PATH, { body: { preferences } });

export const endSession = (id: string): Promise<void> =>
  http("DELETE", `${PATH}/sessions/${encodeURIComponent(id)}`);

export const endEverySession = (): Promise<void> => http("DELETE", `${PATH}/sessions`);

export const useAccount = () =>
  useReading(async () => {
    const [account, sessions] = await Promise.all([
      http<AccountView>("GET", PATH),
      everyItem<SessionItem>(`${PATH}/sessions`),
    ]);
    return { account, sessions };
  });
