/** How values with a form of their own are written, in words: a pattern tells a program what is wrong, and whoever writes a file by hand nothing. */
import { LocalDate, WallTime } from "../domain/local-time.ts";
import { OutsideId, SiteId } from "../domain/names-and-times.ts";
import { Duration } from "../domain/site.ts";

const patternOf = (schema: object): string => String(Reflect.get(schema, "pattern"));

const FORMS: ReadonlyMap<string, string> = new Map([
  [patternOf(WallTime), "must be a time of day, as 06:00 or 23:30"],
  [patternOf(LocalDate), "must be a day, as 2026-11-22"],
  [patternOf(Duration), "must be a duration in days, hours and minutes, as PT30M, PT1H30M or P2D"],
  [
    patternOf(SiteId),
    "must be letters, digits, _ and -, at most 32 of them and a letter or digit first",
  ],
  [patternOf(OutsideId), "must be text without line ends and other control characters"],
]);

/** What a value must be that should match this pattern; undefined where nobody has said it. */
export const formWords = (pattern: unknown): string | undefined => FORMS.get(String(pattern));
