/** The end of personal fields: their keys are destroyed, and a list outside the store keeps it so. */
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { keysOf } from "../../domain/contract/keys.ts";
import type { RedisClient } from "../redis.ts";
import { createSearch, type SearchDeps } from "./search.ts";

export type Erasure = { site: string; orderId: string; at: number };

/** After an erasure the append-only file still holds the keys until it is written anew. */
const REWRITE_AFTER_MS = 2_000;

const erasureOf = (line: string): Erasure[] => {
  try {
    const { site, orderId, at } = JSON.parse(line) as Erasure;
    return typeof site === "string" && typeof orderId === "string" ? [{ site, orderId, at }] : [];
  } catch {
    return [];
  }
};

/** The list outside Redis: a Redis restored from an older copy knows nothing of what was erased since. */
export function createErasureFile(path: string) {
  return {
    add(erasures: Erasure[]): void {
      mkdirSync(dirname(path), { recursive: true });
      // a line that a crash cut off must not swallow the one behind it
      const lines = erasures.map((one) => `\n${JSON.stringify(one)}\n`).join("");
      appendFileSync(path, lines, { mode: 0o600, flush: true });
    },
    read(): Erasure[] {
      try {
        return readFileSync(path, "utf8").split("\n").flatMap(erasureOf);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw error;
      }
    },
  };
}
type ErasureFile = ReturnType<typeof createErasureFile>;

type Deps = SearchDeps & {
  file: ErasureFile;
  now?: () => number;
};

/** Best effort: a Redis that does not let us is told of in the documentation. */
function createRewrite(client: RedisClient) {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  function soon(): void {
    stop();
    timer = setTimeout(() => {
      void client.sendCommand(["BGREWRITEAOF"]).catch(() => undefined);
    }, REWRITE_AFTER_MS).unref();
  }
  return { soon, stop };
}

export type PersonalStore = ReturnType<typeof createPersonalStore>;

export function createPersonalStore({ file, now = Date.now, ...search }: Deps) {
  const { client } = search;
  const find = createSearch(search);
  const rewrite = createRewrite(client);

  async function destroy(erasures: Erasure[]): Promise<void> {
    const multi = client.multi();
    for (const { site, orderId, at } of erasures) {
      const keys = keysOf(site);
      multi.hDel(keys.personalKeys, orderId).hDel(keys.personal, orderId);
      multi.hSetNX(keys.personalErased, orderId, String(at));
      // what somebody asked for is remembered for good
      multi.zRem(keys.personalEnded, orderId);
    }
    await multi.exec();
    rewrite.soon();
  }

  return {
    find,
    /** For good: what was sealed cannot be opened any more, wherever a copy of it is. */
    async erase(orders: readonly { site: string; id: string }[]): Promise<void> {
      if (orders.length === 0) return;
      const at = now();
      const erasures = orders.map(({ site, id }) => ({ site, orderId: id, at }));
      // first where a restored Redis finds it: a crash between the two erases a little later, at the next start
      file.add(erasures);
      await destroy(erasures);
    },
    /** Erases again what was erased before and came back with an older copy of the store; how many that were. */
    async reapply(): Promise<number> {
      const back: Erasure[] = [];
      for (const erasure of file.read()) {
        const keys = keysOf(erasure.site);
        const isKnown = await client.hExists(keys.personalErased, erasure.orderId);
        if (!isKnown) back.push(erasure);
      }
      if (back.length > 0) await destroy(back);
      return back.length;
    },
    stop: rewrite.stop,
  };
}
