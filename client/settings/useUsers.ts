/** The people of this tower: read, added, changed. Every call throws `ProblemError` when refused. */
import { shallowRef } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import type {
  NewUser,
  UserChange,
  UserView,
  UserWithPassword,
} from "../../domain/contract/people.ts";
import { everyItem, http, problemOf } from "../realtime/http.ts";

const PATH = "/api/v1/users";
const pathOf = (name: string): string => `${PATH}/${encodeURIComponent(name)}`;

export type UsersState =
  | { kind: "loading" }
  | { kind: "ready"; users: UserView[] }
  | { kind: "failed"; problem: Problem };

export const addUser = (user: NewUser): Promise<UserWithPassword> =>
  http("POST", PATH, { body: user });
export const changeUser = (name: string, change: UserChange): Promise<UserView> =>
  http("PATCH", pathOf(name), { body: change });
export const resetPassword = (name: string): Promise<UserWithPassword> =>
  http("PATCH", pathOf(name), { body: { resetPassword: true } });
export const logOutUser = (name: string): Promise<void> => http("POST", `${pathOf(name)}/logout`);
export const deleteUser = (name: string): Promise<void> => http("DELETE", pathOf(name));

export function useUsers() {
  const state = shallowRef<UsersState>({ kind: "loading" });

  async function read(): Promise<void> {
    try {
      state.value = { kind: "ready", users: await everyItem(PATH) };
    } catch (error) {
      state.value = { kind: "failed", problem: problemOf(error) };
    }
  }

  return { state, read };
}
