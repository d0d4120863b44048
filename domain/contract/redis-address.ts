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

/** Without name and password, for logs and messages. A password may have an `@` or a `/` in it, though it should not; the path of a socket may, too. */
export function shownRedisUrl(redisUrl: string): string {
  const place = redisUrl.replace(/\?.*$/, "");
  return place.startsWith(SOCKET)
    ? place
    : redisUrl.replace(/:\/\/.*@/, "://").replace(/\?.*$/, "");
}

const READABLE =
  /^rediss?:\/\/([^/?#\s]*@)?([^@/?#:\s[\]]+|\[[\da-f:.]+\])(:\d{1,5})?(\/\d*)?(\?[^#\s]*)?$/i;

/** Whether name and password can be told from the rest of the address: what has a meaning in addresses must be percent-encoded in them. */
export const isReadableRedisUrl = (redisUrl: string): boolean =>
  redisUrl.startsWith(SOCKET) || READABLE.test(redisUrl);
