/**
 * Payloads that were turned into text once and go to many sockets. Socket.IO would walk and stringify each of them again for every socket: for a page of
 * 2,000 rows that is some 30 ms of CPU, and after a restart every board asks for all pages at once.
 */
const TEXT: unique symbol = Symbol("encoded payload");

/** Stands for the payload whose JSON is `text`; anything that does not know it stringifies it to the same. */
export function encoded<T>(text: string): T {
  return { [TEXT]: text, toJSON: () => JSON.parse(text) as unknown } as T;
}

export const encode = <T>(payload: T): T => encoded<T>(JSON.stringify(payload));

type Packet = { type: number; nsp: string; id?: number; data?: unknown };
type Encoder = { encode(packet: Packet): unknown[] };

const textOf = (payload: unknown): string | undefined =>
  typeof payload === "object" && payload !== null
    ? (Reflect.get(payload, TEXT) as string | undefined)
    : undefined;

/** Makes an encoder of the Socket.IO protocol write such payloads as they are: `<type><id?>[<event>, <payload>]`. */
export function reuseEncoded(encoder: Encoder): void {
  const plain = encoder.encode.bind(encoder);
  encoder.encode = (packet) => {
    const { type, nsp, id = "", data } = packet;
    const parts: unknown[] = Array.isArray(data) && nsp === "/" ? data : [];
    const texts = parts.map((part) => textOf(part));
    if (texts.every((text) => text === undefined)) return plain(packet);
    const written = parts.map((part, at) => texts[at] ?? JSON.stringify(part));
    return [`${type}${id}[${written.join(",")}]`];
  };
}
