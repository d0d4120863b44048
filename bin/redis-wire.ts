/**
 * The little Redis the supervisor speaks itself: one command on one short connection, without a client library, so
 * that asking "are you there?" can neither reconnect nor queue.
 */
import { connect, type Socket } from "node:net";
import { ADMIN_USER, type RedisUsers, TOWER_USER } from "./redis-users.ts";

/** Where a Redis listens, a socket file or a loopback port, and the passwords of its users. */
export type RedisAddress = ({ socketPath: string } | { port: number }) & { users: RedisUsers };

/** What came back: the reply; or why none came. */
export type RedisAnswer = { kind: "reply"; text: string } | { kind: "absent" } | { kind: "silent" };

/** What would end the path, too: a folder may have a `?` or a `#` in its name. */
const pathOf = (file: string): string => file.split("/").map(encodeURIComponent).join("/");

function urlFor(address: RedisAddress, user: string, password: string): string {
  if ("socketPath" in address)
    return `unix://${pathOf(address.socketPath)}?user=${user}&password=${password}`;
  return `redis://${user}:${password}@127.0.0.1:${address.port}`;
}

/** The address as the `REDIS_URL` that server and workers are given. */
export const redisUrl = (address: RedisAddress): string =>
  urlFor(address, TOWER_USER, address.users.tower);

/** The same for whoever looks after Redis itself. */
export const adminUrl = (address: RedisAddress): string =>
  urlFor(address, ADMIN_USER, address.users.admin);

function open(address: RedisAddress): Socket {
  if ("socketPath" in address) return connect(address.socketPath);
  return connect(address.port, "127.0.0.1");
}

/** A reply is whole when its line is there, or the bulk text its first line announces. */
function isWhole(text: string): boolean {
  if (!text.endsWith("\r\n")) return false;
  const announced = /^\$(\d+)\r\n/.exec(text);
  return (
    announced === null || Buffer.byteLength(text) >= announced[0].length + Number(announced[1]) + 2
  );
}

/**
 * Sends one inline command. `absent` means nobody listens there; `silent` that somebody does and says nothing within
 * the time given, as a stopped process does. Errors are replies too (`-LOADING ...`).
 */
export function askRedis(
  address: RedisAddress,
  command: string,
  timeoutMs = 2000,
): Promise<RedisAnswer> {
  return new Promise((resolve) => {
    const socket = open(address);
    let text = "";
    let isConnected = false;
    const finish = (answer: RedisAnswer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => finish({ kind: isConnected ? "silent" : "absent" }), timeoutMs);
    socket.setEncoding("utf8");
    socket.on("connect", () => {
      isConnected = true;
      socket.write(`AUTH ${ADMIN_USER} ${address.users.admin}\r\n${command}\r\n`);
    });
    socket.on("data", (chunk: string) => {
      text += chunk;
      const reply = text.replace(/^\+OK\r\n/, "");
      if (reply !== "" && isWhole(reply)) finish({ kind: "reply", text: reply });
    });
    socket.on("error", () => finish({ kind: "absent" }));
    socket.on("close", () => finish({ kind: "absent" }));
  });
}

const OTHER_USERS = /^-(WRONGPASS|NOAUTH|NOPERM|ERR)/;

/**
 * `ready`: answers PING. `loading`: there, reading its file. `silent`: holds the address and says nothing. `locked`: it does not know our user, so it is none that
 * we began.
 */
export async function redisState(
  address: RedisAddress,
): Promise<"ready" | "loading" | "silent" | "locked" | "absent"> {
  const answer = await askRedis(address, "PING");
  if (answer.kind !== "reply") return answer.kind;
  if (answer.text.startsWith("+PONG")) return "ready";
  if (OTHER_USERS.test(answer.text)) return "locked";
  return answer.text.startsWith("-LOADING") ? "loading" : "absent";
}

/** The process that answers at this address, by its own word; null when it does not say. */
export async function redisPid(address: RedisAddress): Promise<number | null> {
  const answer = await askRedis(address, "INFO server");
  if (answer.kind !== "reply") return null;
  const said = /process_id:(\d+)/.exec(answer.text);
  return said === null ? null : Number(said[1]);
}
