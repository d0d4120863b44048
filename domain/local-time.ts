/** Times of a place as people write them down: schemas alone. Weekdays are ISO, 1 = Monday. */
import { Type } from "typebox";

export const WallTime = Type.String({
  pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$",
  description: "hh:mm, local to the site",
});
export const LocalDate = Type.String({
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
  description: "YYYY-MM-DD, local to the site",
});
export const Weekday = Type.Integer({
  minimum: 1,
  maximum: 7,
  description: "ISO weekday, 1 = Monday",
});
