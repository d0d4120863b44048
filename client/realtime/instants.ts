/** Over HTTP an instant is RFC 3339, in the page it is epoch milliseconds: turned once, at the edge. */
import { HTTP_INSTANT_FIELDS } from "../../domain/contract/http-instants.ts";

const instantOf = (value: unknown): unknown => {
  if (typeof value !== "string") return value;
  const at = Date.parse(value);
  return Number.isNaN(at) ? value : at;
};

/** The same record with every instant as epoch ms, however deep. Text that is no instant stays as it is. */
export function withInstants(value: unknown, field = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => withInstants(item, field));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, withInstants(inner, name)]),
    );
  return HTTP_INSTANT_FIELDS.has(field) ? instantOf(value) : value;
}
