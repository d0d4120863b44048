/** Brings archived orders back that more came for, once history has laid their records out. Mostly there are none: then it costs one question. */
import { keysOf } from "../../domain/contract/keys.ts";
import { reviveTurn } from "../../domain/turn/revive-turn.ts";
import type { Send } from "../redis.ts";
import type { Policies } from "../store/opener.ts";
import type { OrderStore } from "../store/order-store.ts";
import type { Watchdog } from "../watchdog.ts";
import type { Drained } from "./drain-inbox.ts";

const MOST = "100";

type Deps = {
  site: string;
  send: Send;
  store: OrderStore;
  policies: () => Promise<Policies>;
  watchdog: Watchdog;
};

export function createReviving({ site, send, store, policies, watchdog }: Deps) {
  const { revived } = keysOf(site);

  async function readRevived(): Promise<Map<string, string>> {
    const [, fields] = await send<[string, string[]]>("HSCAN", revived, "0", "COUNT", MOST);
    const records = new Map<string, string>();
    for (let place = 0; place + 1 < fields.length; place += 2)
      records.set(fields[place] ?? "", fields[place + 1] ?? "");
    return records;
  }

  return async (): Promise<Drained> => {
    if ((await send<number>("HLEN", revived)) === 0) return "empty";
    const at = await store.begin();
    const records = await readRevived();
    const ids = [...records.keys()];
    if (ids.length === 0) return "empty";
    const letters = ids.map((id) => `dl-revive-${id}`);
    const [rules, fetched] = await Promise.all([policies(), store.fetch(ids, { letters })]);
    const turn = watchdog.guard(() =>
      reviveTurn(store.startOf(at, at.cursor, fetched, ids, rules), records),
    );
    return (await store.commit(at, turn)) ? "applied" : "refused";
  };
}
