/**
 * MessagePack, as far as the scripts need it: lists of texts and whole numbers, as `cmsgpack.unpack` in Redis reads them.
 *
 * One argument of some megabytes instead of thousands of small ones: the client walks each argument three times and Redis makes an object of each, which cost more than
 * what was written. Where bytes come from is an argument: nothing here knows Node.
 */
export type Packable = string | number | readonly Packable[];

/** Memory as Node gives it. */
type Bytes = Uint8Array & {
  write: (text: string, at: number, encoding: "utf8") => number;
  writeUInt32BE: (value: number, at: number) => number;
};

const TEXT_32 = 0xdb;
const LIST_32 = 0xdd;
const NUMBER_32 = 0xce;
const HEAD = 5;
/** A character takes at most so many bytes. */
const WIDEST = 3;
const LEAST = 1 << 12;
const ROOM_TO_SPARE = 1.25;

/** Packs into memory of its own each time: whoever sends it keeps it for as long as it takes. How much is needed is guessed from the last time. */
export function createPack<B extends Bytes>(allocate: (size: number) => B) {
  let bytes = allocate(LEAST);
  let at = 0;
  let guess = LEAST;

  function makeRoom(needed: number): void {
    if (at + needed <= bytes.length) return;
    const larger = allocate(Math.max(bytes.length * 2, at + needed));
    larger.set(bytes.subarray(0, at));
    bytes = larger;
  }

  function head(kind: number, value: number): void {
    bytes[at] = kind;
    bytes.writeUInt32BE(value, at + 1);
    at += HEAD;
  }

  function addText(text: string): void {
    makeRoom(HEAD + text.length * WIDEST);
    const length = bytes.write(text, at + HEAD, "utf8");
    head(TEXT_32, length);
    at += length;
  }

  function add(value: Packable): void {
    if (typeof value === "string") return addText(value);
    makeRoom(HEAD);
    if (typeof value === "number") return head(NUMBER_32, value);
    head(LIST_32, value.length);
    for (const item of value) add(item);
  }

  return (list: readonly Packable[]): B => {
    bytes = allocate(guess);
    at = 0;
    add(list);
    guess = Math.max(LEAST, Math.ceil(at * ROOM_TO_SPARE));
    return bytes.subarray(0, at) as B;
  };
}
