/** Somebody in front of the server of a test: asks, keeps the cookie. */
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { BEARER } from "../fake-app.ts";

type Method = "GET" | "POST" | "PATCH" | "DELETE";
export type Person = {
  ask: (method: Method, url: string, payload?: object) => Promise<LightMyRequestResponse>;
  login: (name: string, password: string) => Promise<LightMyRequestResponse>;
  cookie: () => string;
};

export function aPerson(app: FastifyInstance, remoteAddress = "192.0.2.1"): Person {
  let cookie = "";
  const ask: Person["ask"] = async (method, url, payload) => {
    const answer = await app.inject({
      method,
      url,
      remoteAddress,
      headers: {
        ...(cookie !== "" && { cookie }),
        "user-agent": "Mozilla/5.0 Chrome/140 (Windows)",
      },
      ...(payload !== undefined && { payload }),
    });
    const set = [answer.headers["set-cookie"]].flat().find((one) => one?.startsWith("ct="));
    if (set !== undefined) cookie = set.split(";")[0] ?? "";
    return answer;
  };
  return {
    ask,
    login: (name, password) => ask("POST", "/api/v1/session", { name, password }),
    cookie: () => cookie,
  };
}

/** With the bootstrap key: what an operator's command does. */
export const asKey = (app: FastifyInstance, method: Method, url: string, payload?: object) =>
  app.inject({ method, url, headers: BEARER, ...(payload !== undefined && { payload }) });

/** Adds a user who has chosen a password of their own; returns it. */
export async function addPerson(
  app: FastifyInstance,
  user: { name: string; role: string; sites?: "all" | string[] },
): Promise<string> {
  const added = await asKey(app, "POST", "/api/v1/users", user);
  const current = (added.json() as { oneTimePassword: string }).oneTimePassword;
  const next = `${user.name.slice(0, 3)} and a red lorry`;
  const person = aPerson(app, "192.0.2.250");
  await person.login(user.name, current);
  const changed = await person.ask("POST", "/api/v1/account/password", { current, next });
  if (changed.statusCode !== 204) throw new Error(changed.body);
  return next;
}
