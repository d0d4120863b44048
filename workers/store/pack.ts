/**
 * MessagePack, as far as a turn needs it: lists of texts and whole numbers, as `cmsgpack.unpack` in Redis reads them.
 *
 * One argument of some megabytes instead of thousands of small ones: the client walks each argument three times and Redis makes an object of each, which cost more than
 * what was written.
 */
export type Packable = string | number | readonly Packable[];

const TEXT_32 = 0xdb;
const LIST_32 = 0xdd;
const NUMBER_32 = 0xce;
const HEAD = 5;
/** A character takes at most so many bytes. */
const WIDEST = 3;
const FIRST_SIZE = 1 << 16;
/** A larger one is not kept for the next turn. */
const MOST_KEPT = 1 << 23;

export type Packer = {
  /** The bytes belong to the packer: they hold until the next call. */
  pack: (list: readonly Packable[]) => Buffer;
};

export function createPacker(): Packer {
  let bytes = Buffer.allocUnsafeSlow(FIRST_SIZE);
  let at = 0;

  function makeRoom(needed: number): void {
    if (at + needed <= bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, at + needed));
    bytes.copy(larger, 0, 0, at);
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

  return {
    pack: (list) => {
      if (bytes.length > MOST_KEPT) bytes = Buffer.allocUnsafeSlow(FIRST_SIZE);
      at = 0;
      add(list);
      return bytes.subarray(0, at);
    },
  };
}
