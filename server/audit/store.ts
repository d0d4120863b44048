/** The audit chain in Redis. Appending compares the head first, so writers on several servers make one chain. */
import { readFileSync } from "node:fs";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { createScript, type RedisClient } from "../redis.ts";
import { type AuditHead, type AuditLink, decodeHead, encodeHead, headOf } from "./chain.ts";

/** One field of a hash with the tag `{tower}`. */
export type AuditWrite = {
  key: string;
  field: string;
  /** null deletes */
  value: string | null;
  /** when given, the change is refused unless the field holds exactly this (null: is not there) */
  was?: string | null;
};

export type AuditState = {
  /** null for a new chain */
  head: AuditHead | null;
  /** what an append compares: the head as it is written down */
  stands: string;
  /** ms by the store's clock */
  now: number;
};
export type AppendAnswer =
  | { is: "ok" }
  | { is: "changed"; field: string }
  | ({ is: "moved" } & AuditState);

export type AuditStore = {
  state(): Promise<AuditState>;
  /** all links and all writes, or nothing; `moved` when `stands` does not stand any more. `version`: of users and keys, which must stand; any when it is left out */
  append(
    stands: string,
    links: AuditLink[],
    writes: AuditWrite[],
    version?: string,
  ): Promise<AppendAnswer>;
  /** at most `count` links from number `from` on, ascending; `down` reads backwards from there */
  read(from: number, count: number, direction?: "up" | "down"): Promise<AuditLink[]>;
};

const lua = readFileSync(new URL("../audit.lua", import.meta.url), "utf8");
const FIXED_KEYS = [GLOBAL_KEYS.audit, GLOBAL_KEYS.auditHead, GLOBAL_KEYS.accessVersion];

/** Before the first change there is no version. */
const NO_CHANGE = "0";

const numberOf = (id: string): number => Number(id.split("-")[0]);

/** The head key, or, if that was lost or set back, the newest entry itself: the chain goes on, and checking it tells. */
function stateOf([, stands = "", id, text, hash, now]: string[]): AuditState {
  const kept = decodeHead(stands);
  const link = id ? { n: numberOf(id), text: text ?? "", hash: hash ?? "" } : null;
  const isBehind = link !== null && link.n > (kept?.n ?? 0);
  return { head: isBehind ? headOf(link) : kept, stands, now: Number(now) };
}

const writeArguments = (writes: AuditWrite[], keys: string[]): string[] =>
  writes.flatMap(({ key, field, value, was }) => [
    String(keys.indexOf(key) + FIXED_KEYS.length + 1),
    field,
    value === null ? "delete" : "set",
    value ?? "",
    was === undefined ? "any" : "same",
    was ?? "",
  ]);

type Fields = [string, string, string, string];
const linkOf = ([id, fields]: [string, Fields]): AuditLink => ({
  n: numberOf(id),
  text: fields[1],
  hash: fields[3],
});

export function createAuditStore(client: RedisClient): AuditStore {
  const script = createScript(client, lua);
  return {
    state: async () => stateOf((await script.run(FIXED_KEYS, ["", "", "", "0"])) as string[]),
    async append(stands, links, writes, version) {
      const newest = links.at(-1);
      if (newest === undefined) throw new Error("an append has at least one entry");
      const keys = [...new Set(writes.map(({ key }) => key))];
      const reply = (await script.run(
        [...FIXED_KEYS, ...keys],
        [
          stands,
          encodeHead(headOf(newest)),
          version === undefined ? "" : version || NO_CHANGE,
          String(links.length),
          ...links.flatMap(({ n, text, hash }) => [`${n}-0`, text, hash]),
          ...writeArguments(writes, keys),
        ],
      )) as string[];
      if (reply[0] === "ok") return { is: "ok" };
      if (reply[0] === "changed") return { is: "changed", field: reply[1] ?? "" };
      return { is: "moved", ...stateOf(reply) };
    },
    async read(from, count, direction = "up") {
      const [name, end] = direction === "up" ? ["XRANGE", "+"] : ["XREVRANGE", "-"];
      const args = [name, GLOBAL_KEYS.audit, `${from}-0`, end, "COUNT", String(count)];
      const rows = await client.sendCommand<[string, Fields][]>(args);
      return rows.map(linkOf);
    },
  };
}
