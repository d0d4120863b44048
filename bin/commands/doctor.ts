/** `ct doctor`: what of this installation would break a promise, and what to do about it. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { countOf } from "../../domain/counted.ts";
import type { Environment } from "../config.ts";
import { type Finding, say } from "../doctor/finding.ts";
import {
  examineDisk,
  examineNetwork,
  examineSecrets,
  examineVersions,
  examineZones,
} from "../doctor/machine.ts";
import { examineRedis } from "../doctor/redis.ts";
import { examineServer } from "../doctor/server.ts";
import { addressOf } from "../embedded-redis.ts";
import { usersFile } from "../redis-users.ts";
import { readAccess } from "../secrets.ts";
import { addressIn } from "./connection.ts";
import { adminUrl } from "../redis-wire.ts";

export const doctorArgs = {
  url: {
    type: "string",
    description: "address of the running server; default CT_URL, or that of this machine's",
    valueHint: "http://127.0.0.1:3000",
  },
  json: { type: "boolean", description: "as JSON" },
} as const;

const root = resolve(import.meta.dirname, "../..");

/** The Redis that REDIS_URL names, else the embedded one of the data directory; null for neither. */
async function redisOf(dataDir: string, env: Environment): Promise<string | null> {
  if (env["REDIS_URL"]) return env["REDIS_URL"];
  return existsSync(usersFile(dataDir)) ? adminUrl(await addressOf(dataDir)) : null;
}

/** As all commands find it, but for the key: nothing that is asked of it needs one. */
function serverOf(dataDir: string, env: Environment): string {
  if (env["CT_URL"]) return env["CT_URL"];
  return readAccess(dataDir).url ?? `http://127.0.0.1:${env["PORT"] || "3000"}`;
}

const NO_REDIS = say("redis").unseen(
  "no Redis is known: neither REDIS_URL nor a data directory",
  "set one of them, or start once",
);

/** Looks at everything it can reach. */
export async function examine(env: Environment, url?: string): Promise<Finding[]> {
  const dataDir = resolve(env["CT_DATA_DIR"] || "data");
  const server = addressIn(url ?? serverOf(dataDir, env));
  const redis = await redisOf(dataDir, env);
  return [
    ...(redis === null ? [NO_REDIS] : await examineRedis(redis)),
    ...examineDisk(dataDir),
    ...examineSecrets(dataDir, env),
    ...examineNetwork(env),
    ...examineVersions(root),
    ...examineZones(env),
    ...(await examineServer(server)),
  ];
}

const MARKS = { problem: "PROBLEM", warning: "warning", unseen: "not seen" } as const;

const textOf = ({ area, level, what, remedy }: Finding): string =>
  `${MARKS[level].padEnd(8)}  ${area}: ${what}\n          ${remedy}`;

export const doctorCommand = defineCommand({
  meta: {
    name: "doctor",
    description:
      "Examine Redis, disk, secrets, addresses, versions and clocks; exit 1 with findings",
  },
  args: doctorArgs,
  async run({ args }) {
    const findings = await examine(process.env, args.url);
    const found = findings.filter(({ level }) => level !== "unseen");
    if (args.json === true)
      console.log(JSON.stringify({ ok: found.length === 0, findings }, null, 2));
    else {
      for (const finding of findings) console.log(textOf(finding));
      console.log(found.length === 0 ? "nothing to do" : `${countOf(found.length, "thing")} to do`);
    }
    if (found.length > 0) process.exitCode = 1;
  },
});
