/** Login, logout and "who am I" over HTTP; the answers go into the session store. */
import type { SessionView } from "../../domain/contract/api.ts";
import type { LoginOptions } from "../../domain/contract/people.ts";
import { useSession } from "../stores/session.ts";
import { actAs, http, ProblemError } from "./http.ts";

const PATH = "/api/v1/session";

function enter(view: SessionView): void {
  actAs(view.name);
  useSession().enter(view);
}

/** Asks who is logged in. Rejects when the server does not answer; nobody logged in is an answer. */
export async function loadSession(): Promise<void> {
  const session = useSession();
  try {
    enter(await http<SessionView>("GET", PATH));
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.status !== 401) throw error;
    session.leave(session.ended);
  }
}

/** How one may log in here; nothing but name and password when nobody answers. */
export const loginOptions = (): Promise<LoginOptions> =>
  http<LoginOptions>("GET", `${PATH}/options`).catch(() => ({ oidc: null, demoUsers: [] }));

/** Where the browser goes for single sign-on; it comes back to `next`. */
export const signOnAddress = (next: string): string =>
  `${PATH}/oidc?${new URLSearchParams({ next })}`;

/** Throws `ProblemError` when refused. */
export async function login(name: string, password: string): Promise<void> {
  enter(await http<SessionView>("POST", PATH, { body: { name, password } }));
}

/** Makes the first administrator, who is logged in then. Throws `ProblemError` when refused. */
export async function becomeFirstAdmin(
  token: string,
  name: string,
  password: string,
): Promise<void> {
  const body = { token, name, password };
  enter(await http<SessionView>("POST", `${PATH}/first-admin`, { body }));
}

export async function logout(): Promise<void> {
  await http("DELETE", PATH);
  useSession().leave();
}
