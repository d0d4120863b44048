/** What is asked and said around an incident, in the words of the floor. Pure. */
import type { IncidentAction, IncidentView } from "../../domain/contract/incidents.ts";

const MINUTE_MS = 60_000;

/** Why it ended: what a person may say when they resolve it. */
export const CAUSE_CODES = [
  ["fixed", "Fixed: the cause is gone"],
  ["worked_around", "Worked around"],
  ["orders_saved", "Orders saved another way"],
  ["customer_told", "Lost: the customers are told"],
  ["carrier", "The carrier's doing"],
  ["stock", "Stock"],
  ["staff", "People were missing"],
  ["equipment", "Equipment"],
  ["data", "Wrong or missing data"],
  ["other", "Other"],
] as const;

/** Ends of an acknowledgement, by the keys 1 to 4; null: the moment by when somebody must act. */
export const ACK_CHOICES = [
  { key: "1", words: "15 min", ms: 15 * MINUTE_MS },
  { key: "2", words: "30 min", ms: 30 * MINUTE_MS },
  { key: "3", words: "60 min", ms: 60 * MINUTE_MS },
  { key: "4", words: "until the last moment to act", ms: null },
] as const;

/** Ends of a shelf: minutes, or the end of the shift. */
export const SHELF_CHOICES = [
  { key: "1", words: "15 min", ms: 15 * MINUTE_MS },
  { key: "2", words: "1 h", ms: 60 * MINUTE_MS },
  { key: "3", words: "end of the shift", ms: null },
  { key: "4", words: "8 h", ms: 480 * MINUTE_MS },
] as const;

/** RFC 3339; `actBy` when that was chosen and is still to come, else undefined: the server takes half of what is left. */
export function ackUntil(
  choice: (typeof ACK_CHOICES)[number],
  { actBy }: Pick<IncidentView, "actBy">,
  now: number,
): string | undefined {
  const at = choice.ms === null ? actBy : now + choice.ms;
  return at === null || at <= now ? undefined : new Date(at).toISOString();
}

const VERBS: Readonly<Record<IncidentAction, string>> = {
  acknowledge: "is yours",
  assign: "assigned",
  shelve: "shelved",
  unshelve: "taken from the shelf",
  resolve: "resolved",
  noise: "marked as noise",
  comment: "commented",
  escalate: "escalated",
  play: "recorded",
};

/** `INC-12 is yours`, `3 incidents resolved`. */
export function saidOf(
  action: IncidentAction,
  ids: readonly string[],
  body: Readonly<Record<string, unknown>>,
): string {
  const what = ids.length === 1 ? `${ids[0]}` : `${ids.length} incidents`;
  const { assignee } = body;
  if (action === "assign")
    return assignee === null ? `${what} given back` : `${what} assigned to ${String(assignee)}`;
  if (action === "acknowledge" && ids.length > 1) return `${what} are yours`;
  return `${what} ${VERBS[action]}`;
}

/** Without the full stop of its sentence. */
function withoutEnd(word: string): string {
  let end = word.length;
  while (".-".includes(word.charAt(end - 1)) && end > 0) end -= 1;
  return word.slice(0, end);
}

/** Names after an @, each once: whom a comment calls, and words that are nobody's name. Without the list everything after an @ is a name. */
export function mentionsIn(
  text: string,
  people: readonly { name: string }[],
): { mentions: string[]; strangers: string[] } {
  const found = [...text.matchAll(/(?:^|\s)@([A-Za-z0-9._-]{1,64})/g)].map(([, name = ""]) => name);
  const words = [...new Set(found.map(withoutEnd))].filter(Boolean);
  if (people.length === 0) return { mentions: words, strangers: [] };
  const isKnown = (word: string) => people.some(({ name }) => name === word);
  return {
    mentions: words.filter(isKnown),
    // a time or a place number is no name
    strangers: words.filter((word) => !isKnown(word) && /^[A-Za-z]/.test(word)),
  };
}
