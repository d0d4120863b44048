/** Saved views in Redis: those of a person under `<site> <id>`, the shared ones of a site under their id. */
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { ViewBody } from "../../domain/contract/views.ts";
import { problem } from "../problem.ts";
import type { RedisClient } from "../redis.ts";

/** Whose: a person's own at a site, or the site's. */
export type Shelf = { site: string; person?: string };

export type ViewStore = {
  all(of: Shelf): Promise<Map<string, ViewBody>>;
  put(of: Shelf, id: string, view: ViewBody): Promise<void>;
  /** false when there was none */
  drop(of: Shelf, id: string): Promise<boolean>;
  /** id of the shared view with which the board of the site opens; null: of none */
  defaultOf(site: string): Promise<string | null>;
  setDefault(site: string, id: string | null): Promise<void>;
  /** everything of a person who is gone */
  forget(person: string): Promise<void>;
};

async function orRefuse<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    throw problem("CT_ERR_UNAVAILABLE", "Saved views cannot be reached now. Try again.", { cause });
  });
}

const placeOf = ({ site, person }: Shelf): { key: string; prefix: string } =>
  person === undefined
    ? { key: GLOBAL_KEYS.sharedViews(site), prefix: "" }
    : { key: GLOBAL_KEYS.viewsOf(person), prefix: `${site} ` };

export const createViewStore = (client: RedisClient): ViewStore => ({
  async all(of) {
    const { key, prefix } = placeOf(of);
    const texts = Object.entries(await orRefuse(client.hGetAll(key)));
    const own = texts.filter(([field]) => field.startsWith(prefix));
    return new Map(
      own.map(([field, text]) => [field.slice(prefix.length), JSON.parse(text) as ViewBody]),
    );
  },
  async put(of, id, view) {
    const { key, prefix } = placeOf(of);
    await orRefuse(client.hSet(key, prefix + id, JSON.stringify(view)));
  },
  async drop(of, id) {
    const { key, prefix } = placeOf(of);
    return (await orRefuse(client.hDel(key, prefix + id))) > 0;
  },
  async defaultOf(site) {
    return orRefuse(client.get(GLOBAL_KEYS.defaultView(site)));
  },
  async setDefault(site, id) {
    const key = GLOBAL_KEYS.defaultView(site);
    await orRefuse<unknown>(id === null ? client.del(key) : client.set(key, id));
  },
  async forget(person) {
    await orRefuse(client.del(GLOBAL_KEYS.viewsOf(person)));
  },
});
