/** What is wrong with a Redis, from what it says of itself. */
import { TOWER_RULES, TOWER_USER } from "../redis-users.ts";
import { type Finding, isAtLeast, say } from "./finding.ts";

export type RedisFacts = {
  version: string;
  /** null: it does not let us see its settings */
  settings: Record<string, string> | null;
  /** flags of the user `default`; null: not to be seen */
  defaultUser: string[] | null;
  /** as whom we are let in; null: it knows no users */
  user: string | null;
  /** fields of INFO */
  info: Record<string, string>;
  /** how the system package calls it, when it is this machine's; null when it is not known */
  packageVersion: string | null;
  /** ms by which its clock is ahead of ours */
  clockAheadMs: number;
  /** 99th percentile of a write on disk, ms */
  writeMs: number;
};

const { problem, warning, unseen } = say("redis");
type Rule = (settings: Record<string, string>, facts: RedisFacts) => Finding | null;

const SLOW_WRITE_MS = 50;
const CLOCK_MS = 1_000;
/** First releases of each line without CVE-2025-49844 (use after free in Lua). */
const LUA_FIXED = ["6.2.20", "7.2.11", "7.4.6", "8.0.4", "8.2.2"];
const DEBIAN_FIXED = 6;

const sameLine = (version: string, other: string): boolean =>
  version.split(".").slice(0, 2).join(".") === other.split(".").slice(0, 2).join(".");

function isLuaFixed({ version, packageVersion }: RedisFacts): boolean {
  const debian = /^5:7\.0\.15-1~deb12u(\d+)/.exec(packageVersion ?? "");
  if (debian !== null) return Number(debian[1]) >= DEBIAN_FIXED;
  const fixed = LUA_FIXED.find((one) => sameLine(version, one));
  return fixed === undefined ? isAtLeast(version, "8.2.2") : isAtLeast(version, fixed);
}

const isLoopback = (address: string): boolean =>
  /^-?(127\.|::1$|localhost$)/.test(address) && address !== "*";

/** Whether TCP is reachable from another machine. An empty `bind` is every address. */
function isExposed(settings: Record<string, string>): boolean {
  const hasPort = settings["port"] !== "0" || (settings["tls-port"] ?? "0") !== "0";
  const addresses = (settings["bind"] ?? "").split(/\s+/).filter((one) => one !== "");
  return hasPort && (addresses.length === 0 || !addresses.every(isLoopback));
}

const isOpen = ({ defaultUser }: RedisFacts): boolean =>
  defaultUser?.includes("nopass") === true && defaultUser.includes("on");

/** Redis 7.0 reads its append-only file in the name of `default`, whether somebody may log in as that one or not. */
const mayRead = ({ defaultUser }: RedisFacts): boolean =>
  defaultUser === null || (defaultUser.includes("+@all") && defaultUser.includes("~*"));

const RULES: Rule[] = [
  (_settings, facts) =>
    mayRead(facts)
      ? null
      : problem(
          "the user `default` may not do everything: at its next start Redis may leave out what was written in transactions",
          "ACL SETUSER default off ~* &* +@all (off keeps everybody from using it)",
        ),
  ({ appendonly }) =>
    appendonly === "yes"
      ? null
      : problem(
          "appendonly is off: a restart loses everything",
          "CONFIG SET appendonly yes, and `appendonly yes` in redis.conf",
        ),
  ({ appendonly, appendfsync }) =>
    appendonly !== "yes" || appendfsync === "always"
      ? null
      : (appendfsync === "no" ? problem : warning)(
          `appendfsync is ${appendfsync}: a power failure loses what was acknowledged in the last ${appendfsync === "no" ? "half minute" : "2 s"}`,
          "CONFIG SET appendfsync always, and in redis.conf",
        ),
  ({ "maxmemory-policy": policy }) =>
    policy === "noeviction"
      ? null
      : problem(
          `maxmemory-policy is ${policy}: when memory is full, orders are thrown away silently`,
          "CONFIG SET maxmemory-policy noeviction, and in redis.conf",
        ),
  ({ maxmemory }) =>
    maxmemory !== "0"
      ? null
      : warning(
          "maxmemory is not set: the system may kill Redis before it refuses anything",
          "CONFIG SET maxmemory to half of this machine's memory, and in redis.conf",
        ),
  (settings, facts) =>
    isExposed(settings) && isOpen(facts)
      ? problem(
          `Redis listens on ${settings["bind"] || "every address"} and lets everybody in without a password`,
          "bind 127.0.0.1 or a unix socket; a password for the user `default` (requirepass)",
        )
      : null,
  (settings, facts) =>
    settings["protected-mode"] === "no" && isOpen(facts)
      ? problem("protected-mode is off and there is no password", "protected-mode yes")
      : null,
  (settings, facts) =>
    settings["port"] !== "0" && !isExposed(settings) && isOpen(facts)
      ? warning(
          "whoever has an account on this machine can read and write Redis: it has no password",
          "requirepass, or a unix socket that only its owner may open (port 0)",
        )
      : null,
];

const ACL = `ACL SETUSER ${TOWER_USER} reset on >PASSWORD ${TOWER_RULES.join(" ")}`;

/** Who may see the settings may change them, too. */
const mightOf = ({ user, settings }: RedisFacts): Finding[] =>
  user === "default" && settings !== null
    ? [
        warning(
          "REDIS_URL is of the user `default`, who may also empty, reconfigure and stop Redis",
          `give the tower a user of its own: ${ACL}, and REDIS_URL=redis://${TOWER_USER}:PASSWORD@host:port`,
        ),
      ]
    : [];

function healthOf({ info }: RedisFacts): Finding[] {
  const bad = ["aof_last_write_status", "aof_last_bgrewrite_status"].filter(
    (field) => info[field] !== undefined && info[field] !== "ok",
  );
  return bad.map((field) =>
    problem(`${field} is ${info[field]}`, "see Redis' log; most often the disk is full"),
  );
}

function versionOf(facts: RedisFacts): Finding[] {
  const { version, packageVersion } = facts;
  if (!isAtLeast(version, "6.2.0"))
    return [problem(`Redis ${version} is too old`, "Redis 7.2 or newer, or Valkey")];
  if (isLuaFixed(facts)) return [];
  return [
    warning(
      `Redis ${packageVersion ?? version} may have the Lua hole CVE-2025-49844`,
      "install your system's updates of redis-server; Debian 12 has it closed from 5:7.0.15-1~deb12u6 on",
    ),
  ];
}

function measured({ clockAheadMs, writeMs }: RedisFacts): Finding[] {
  const findings: Finding[] = [];
  if (Math.abs(clockAheadMs) > CLOCK_MS)
    findings.push(
      say("time").problem(
        `Redis' clock is ${Math.abs(clockAheadMs)} ms ${clockAheadMs > 0 ? "ahead of" : "behind"} this machine's`,
        "let both machines keep time by NTP (timedatectl set-ntp true)",
      ),
    );
  if (writeMs > SLOW_WRITE_MS)
    findings.push(
      warning(
        `a write takes ${writeMs.toFixed(0)} ms to be on disk (99th of 100)`,
        "a faster disk, or less on it; every accepted event waits for it",
      ),
    );
  return findings;
}

export function judgeRedis(facts: RedisFacts): Finding[] {
  const { settings } = facts;
  const judged =
    settings === null
      ? [
          unseen(
            "this Redis does not show its settings",
            "run ct doctor as a user that may CONFIG GET",
          ),
        ]
      : RULES.flatMap((rule) => rule(settings, facts) ?? []);
  return [
    ...judged,
    ...mightOf(facts),
    ...versionOf(facts),
    ...healthOf(facts),
    ...measured(facts),
  ];
}
