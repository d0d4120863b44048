/** `application/json`: one event or an array of them. */
import { type Posted, parseJson, textOf } from "./posted.ts";

export function readNative(body: Uint8Array): Posted {
  const value = parseJson(textOf(body));
  return { items: Array.isArray(value) ? value : [value] };
}
