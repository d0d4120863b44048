/** Login, logout and "who am I" over HTTP; the answers go into the session store. */
import type { SessionView } from "../../domain/contract/api.ts";
import { useSession } from "../stores/session.ts";
import { http, ProblemError } from "./http.ts";

const PATH = "/api/v1/session";

/** Users that exist only in the demo; the server names them in its 401 when there are any. */
export type DemoUser = { name: string; password: string; role: string };

/** Asks who is logged in. Rejects when the server does not answer; nobody logged in is an answer. */
export async function loadSession(): Promise<void> {
  const session = useSession();
  try {
    session.enter(await http<SessionView>("GET", PATH));
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.status !== 401) throw error;
    session.leave(session.ended);
  }
}

/** Who can be tried out here; empty when this is not a demo or nobody answers. */
export async function demoUsers(): Promise<DemoUser[]> {
  const refusal = await http<unknown>("GET", PATH).catch((error: unknown) => error);
  if (!(refusal instanceof ProblemError)) return [];
  const users = (refusal.problem as { demoUsers?: unknown }).demoUsers;
  return Array.isArray(users) ? (users as DemoUser[]) : [];
}

/** Throws `ProblemError` when refused. */
export async function login(name: string, password: string): Promise<void> {
  await http("POST", PATH, { body: { name, password } });
  await loadSession();
}

export async function logout(): Promise<void> {
  await http("DELETE", PATH);
  useSession().leave();
}
