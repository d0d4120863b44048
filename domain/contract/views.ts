/** Saved views of the board: an address under a name, one's own or shared with everybody of a site. */
import { Type, type Static } from "typebox";
import { VIEW_NAME_MOST } from "../view-limits.ts";

const closed = { additionalProperties: false };

/** As it stands in the address: `?view=hall-a`. */
export const ViewId = Type.String({ pattern: "^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$" });

export const ViewBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: VIEW_NAME_MOST, pattern: "\\S" }),
    query: Type.String({
      maxLength: 2_000,
      pattern: "^[\\x21-\\x7e]*$",
      description:
        "what stands behind the question mark of the board's address, without site and order",
    }),
  },
  closed,
);
export type ViewBody = Static<typeof ViewBody>;

export const SavedView = Type.Object({
  id: ViewId,
  name: Type.String(),
  query: Type.String(),
  isShared: Type.Boolean({ description: "everybody of the site sees it" }),
  isDefault: Type.Optional(
    Type.Boolean({
      description: "the board of the site opens with it when its address names nothing",
    }),
  ),
});
export type SavedView = Static<typeof SavedView>;

/** A list as all others are; there are too few of them for a second page. */
export const SavedViews = Type.Object({
  items: Type.Array(SavedView),
  next: Type.Union([Type.String(), Type.Null()]),
});
export type SavedViews = Static<typeof SavedViews>;
