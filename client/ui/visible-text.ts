/**
 * How every text gets into a page. Ids, notes and names come from outside systems; a control character in them is invisible, and one that turns the writing
 * direction makes a text look like another one or moves what stands beside it. Such characters are written out, as `\u202e`; line ends and tabs stay.
 *
 * The build puts this in place of what Vue makes of `{{ ... }}` (vite.config.ts): no template can forget it.
 */
import { toDisplayString } from "vue";

/** Controls, soft hyphen, zero-width space, directional marks and overrides, line separators, byte order mark. Joiners stay: scripts and emoji need them. */
const UNSEEN =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff]/;
const ALL_UNSEEN = new RegExp(UNSEEN, "g");

const written = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;

export function visible(value: unknown): string {
  const text = toDisplayString(value);
  // nearly every text has none, and a board writes thousands
  return UNSEEN.test(text) ? text.replace(ALL_UNSEEN, written) : text;
}
