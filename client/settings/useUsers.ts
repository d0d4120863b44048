/** The people of this tower: read, added, changed. Every call throws `ProblemError` when refused. */
import type {
  NewUser,
  UserChange,
  UserView,
  UserWithPassword,
} from "../../domain/contract/people.ts";
import { everyItem, http } from "../realtime/http.ts";
import { useReading } from "../ui/useReading.ts";

const PATH = "/api/v1/users";
const pathOf = (name: string): string => `${PATH}/${encodeURIComponent(name)}`;

export const addUser = (user: NewUser): Promise<UserWithPassword> =>
  http("POST", PATH, { body: user });
export const changeUser = (name: string, change: UserChange): Promise<UserView> =>
  http("PATCH", pathOf(name), { body: change });
export const resetPassword = (name: string): Promise<UserWithPassword> =>
  http("PATCH", pathOf(name), { body: { resetPassword: true } });
export const logOutUser = (name: string): Promise<void> => http("POST", `${pathOf(name)}/logout`);
export const deleteUser = (name: string): Promise<void> => http("DELETE", pathOf(name));

export const useUsers = () => useReading(async () => ({ users: await everyItem<UserView>(PATH) }));
