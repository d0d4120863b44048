/** What the addresses of orders hold. */
import { Type, type Static } from "typebox";
import { ListQuery } from "../../domain/contract/api.ts";
import { OutsideId } from "../../domain/names-and-times.ts";

export const SiteQuery = Type.Object(
  { site: Type.Optional(Type.String({ maxLength: 32, description: "when you have several" })) },
  { additionalProperties: false },
);
/** Of lists: which page. */
export const SiteListQuery = Type.Object(
  {
    ...SiteQuery.properties,
    ...ListQuery.properties,
  },
  { additionalProperties: false },
);
export type SiteListQuery = Static<typeof SiteListQuery>;
export const OrderPath = Type.Object({ id: OutsideId });
