/** `REDIS_URL`, which server, workers and starter each read: its forms, what a client needs of it, and how it is shown. */

/** `redis://`, `rediss://`, or `unix:///path/to.sock`. */
export const REDIS_URL_FORM = /^(rediss?:\/\/\S+|unix:\/\/\/\S+)$/;

/** As node-redis takes it, which knows no `unix:` URLs. */
export type RedisAddress = {
  url?: string;
  socket?: { path: string };
  username?: string;
  password?: string;
};

/** A lone `%` stands for itself. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const SOCKET = "unix://";
const isSecret = (part: string): boolean => /^(user|password)=/.test(part);

/** Name and password may also stand behind the address, as `?user=&password=`: for a socket there is no other place. */
export function redisAddress(redisUrl: string): RedisAddress {
  const [place = "", query = ""] = redisUrl.split("?", 2);
  const parts = query.split("&").filter((part) => part !== "");
  const valueOf = (name: string): string | undefined =>
    parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  const [username, password] = [valueOf("user"), valueOf("password")];
  const secret = {
    ...(username !== undefined && { username: plain(username) }),
    ...(password !== undefined && { password: plain(password) }),
  };
  if (place.startsWith(SOCKET))
    return { socket: { path: plain(place.slice(SOCKET.length)) }, ...secret };
  const others = parts.filter((part) => !isSecret(part));
  return { url: [place, ...(others.length > 0 ? [others.join("&")] : [])].join("?"), ...secret };
}

/** Without name and password, for logs and messages. A password may have an `@` in it. */
export const shownRedisUrl = (redisUrl: string): string =>
  redisUrl.replace(/:\/\/[^/]*@/, "://").replace(/\?.*$/, "");
