/** Commands for `commit.lua`, as its keys and arguments. */
/** Arguments of one command stay below what Lua can unpack. */
const CHUNK = 1_000;

export type Write = (command: string, key: string, args: string[]) => void;
export type Commit = { keys: string[]; writes: string[] };

/** Collects commands; a key is named by its place. */
export function createWrites(fixed: string[]): Commit & { write: Write } {
  const keys = [...fixed];
  const places = new Map(keys.map((key, index) => [key, index + 1]));
  const writes: string[] = [];
  const placeOf = (key: string): number => {
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, keys.push(key));
    return keys.length;
  };
  const write: Write = (command, key, args) => {
    for (let first = 0; first < args.length; first += CHUNK) {
      const last = Math.min(args.length, first + CHUNK);
      writes.push(command, String(placeOf(key)), String(last - first));
      for (let at = first; at < last; at += 1) writes.push(args[at] ?? "");
    }
  };
  return { keys, writes, write };
}
