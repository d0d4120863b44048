/** People as far as telling them goes: who there is, what they want to be told of, which browsers they gave. Read for each notice: changes count at once. */
import { pushPrefix, type StoredChannel, type StoredPush } from "../../domain/contract/channels.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { DEFAULT_PREFERENCES, type Preferences } from "../../domain/contract/people.ts";
import type { Notice } from "../../domain/incidents/notice.ts";
import type { Recipient } from "../../domain/incidents/routing.ts";
import type { Role } from "../../domain/permissions.ts";
import type { Send } from "../redis.ts";

type Fields = Record<string, string> | string[];
const pairsOf = (found: Fields): [string, string][] =>
  Array.isArray(found)
    ? found.flatMap((field, at): [string, string][] =>
        at % 2 === 0 ? [[field, found[at + 1] ?? ""]] : [],
      )
    : Object.entries(found);

/** The part of an account that matters here. */
type Person = {
  name: string;
  role: Role;
  sites: "all" | string[];
  disabled: boolean;
  preferences?: Preferences;
};
export type Push = { field: string; push: StoredPush };

/** Neither a wall nor somebody who only looks is called by their role. */
const isCalled = (role: Role): boolean => role !== "wall" && role !== "viewer";

/** What cannot be read is nobody: everybody else is told all the same. */
function readable<T>(text: string): T[] {
  try {
    return [JSON.parse(text) as T];
  } catch {
    return [];
  }
}

export function createPeople(send: Send) {
  const all = async (): Promise<Person[]> =>
    pairsOf(await send<Fields>("HGETALL", GLOBAL_KEYS.users)).flatMap(([, text]) =>
      readable<Person>(text),
    );

  async function pushes(): Promise<Push[]> {
    const found = pairsOf(await send<Fields>("HGETALL", GLOBAL_KEYS.pushes));
    return found.flatMap(([field, text]) =>
      readable<StoredPush>(text).map((push) => ({ field, push })),
    );
  }
  const isOf =
    (name: string) =>
    ({ field }: Push) =>
      field.startsWith(pushPrefix(name));

  /** Everybody whom a notice names or whose role it names, who may see its site; each once. */
  async function recipients(notice: Notice): Promise<Recipient[]> {
    const [people, browsers] = await Promise.all([all(), pushes()]);
    const roles = new Set(
      notice.targets.flatMap((target) => (target.to === "role" ? [target.role] : [])),
    );
    const named = new Set(notice.people);
    return people
      .filter(
        ({ disabled, sites }) => !disabled && (sites === "all" || sites.includes(notice.site)),
      )
      .filter(({ name, role }) => named.has(name) || (roles.has(role) && isCalled(role)))
      .map(({ name, role, preferences = DEFAULT_PREFERENCES }) => ({
        name,
        role,
        preferences,
        pushes: browsers.filter(isOf(name)).length,
      }));
  }

  return {
    recipients,
    preferences: async (name: string): Promise<Preferences | null> => {
      const text = await send<string | null>("HGET", GLOBAL_KEYS.users, name);
      if (text === null) return null;
      const { disabled, preferences = DEFAULT_PREFERENCES } = JSON.parse(text) as Person;
      return disabled ? null : preferences;
    },
    pushesOf: async (name: string): Promise<Push[]> => (await pushes()).filter(isOf(name)),
    dropPush: (field: string) => send<number>("HDEL", GLOBAL_KEYS.pushes, field),
    channel: async (id: string): Promise<StoredChannel | null> => {
      const text = await send<string | null>("HGET", GLOBAL_KEYS.channels, id);
      return text === null ? null : (JSON.parse(text) as StoredChannel);
    },
  };
}
export type People = ReturnType<typeof createPeople>;
