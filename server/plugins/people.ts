/** People: who may log in and how, their sessions, their accounts; changed only together with the audit. */
import type { FastifyInstance } from "fastify";
import { createLoginLimit } from "../login-limit.ts";
import { createChangeUsers, type ChangeUsers } from "../people/change-users.ts";
import { createFirstAdmin } from "../people/first-admin.ts";
import { noteFixedPassword } from "../people/fixed-password.ts";
import { createLogIn, type LogIn } from "../people/log-in.ts";
import { createOidc, type Oidc } from "../people/oidc.ts";
import { objectionTo } from "../people/password-rules.ts";
import { createSignOn } from "../people/sign-on.ts";
import type { PeopleStore } from "../people/store.ts";
import { createTries } from "../people/tries.ts";
import { createWriteAccount, type WriteAccount } from "../people/write-account.ts";
import { plugin } from "../plugin.ts";
import { createSessions, type Sessions } from "../sessions.ts";
import { createUsers, type Users } from "../users.ts";

export type People = LogIn & {
  write: WriteAccount;
  change: ChangeUsers;
  firstAdmin: ReturnType<typeof createFirstAdmin>;
  signOn: ReturnType<typeof createSignOn>;
  /** undefined when it is not configured */
  oidc: Oidc | undefined;
  /** name -> ms */
  lastLogins(): Promise<Map<string, number>>;
  /** ends the sessions of a person and their sockets here; other servers follow within 5 s */
  endSessions(name: string): Promise<void>;
};

async function endAll(app: FastifyInstance, name: string): Promise<void> {
  const keys = (await app.sessions.list(name)).map(({ key }) => key);
  await app.sessions.end(name, keys);
  for (const key of keys) app.endSockets(key, "revoked");
}

async function readLastLogins(store: PeopleStore): Promise<Map<string, number>> {
  const logins = await store.lastLogins();
  return new Map(Object.entries(logins).map(([name, at]) => [name, Number(at)]));
}

const AGAIN_MS = 1_000;

/** Does it now, or as soon as the store is there. @returns what ends the trying */
async function doOnce(work: () => Promise<void>): Promise<() => void> {
  let timer: NodeJS.Timeout | undefined;
  const attempt = async (): Promise<void> => {
    try {
      await work();
    } catch {
      timer = setTimeout(() => void attempt(), AGAIN_MS).unref();
    }
  };
  await attempt();
  return () => clearTimeout(timer);
}

/** No start with a password that whoever guesses tries first. */
async function requireGoodAdmin(password: string | undefined): Promise<void> {
  const objection = password === undefined ? null : await objectionTo(password, "admin");
  if (objection !== null) throw new Error(`CT_ADMIN_PASSWORD is refused. ${objection}`);
}

export const peoplePlugin = (store: PeopleStore) =>
  plugin("people", ["errors"], (app) => {
    const now = Date.now;
    const users = createUsers(app.config, store, (name, error) =>
      app.log.error({ err: error, name }, "an account cannot be read: it lets nobody in"),
    );
    const sessions = createSessions(store, now);
    const limit = createLoginLimit(store, now);
    const audit = () => app.audit;
    const write = createWriteAccount({ users, store, audit });
    const tried = createTries({ users, limit, audit, now });
    const { oidc } = app.config;
    let endTrying = (): void => undefined;
    app.decorate("users", users);
    app.decorate("sessions", sessions);
    app.decorate("people", {
      ...createLogIn({ users, sessions, tried, audit, write, now }),
      write,
      change: createChangeUsers({ users, write, now }),
      firstAdmin: createFirstAdmin({ users, store, write, now }),
      signOn: createSignOn({ users, write, now }),
      oidc: oidc === undefined ? undefined : createOidc(oidc, store),
      lastLogins: () => readLastLogins(store),
      endSessions: (name) => endAll(app, name),
    });
    app.addHook("onReady", async () => {
      // a store that is not there yet is no reason not to start: until it is, nobody is let in
      await users.refresh().catch(() => undefined);
      const { adminPassword } = app.config;
      await requireGoodAdmin(adminPassword);
      endTrying = await doOnce(() => noteFixedPassword({ users, write, now }, adminPassword));
      users.start();
    });
    app.addHook("onClose", async () => {
      endTrying();
      users.stop();
    });
  });

declare module "fastify" {
  interface FastifyInstance {
    users: Users;
    sessions: Sessions;
    people: People;
  }
}
