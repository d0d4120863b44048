/** What the addresses of orders hold. */
import { Type } from "typebox";
import { OutsideId } from "../../domain/event.ts";

export const SiteQuery = Type.Object(
  { site: Type.Optional(Type.String({ maxLength: 32, description: "when you have several" })) },
  { additionalProperties: false },
);
export const OrderPath = Type.Object({ id: OutsideId });
