/**
 * Names and encodings in Redis: what server and workers must agree on. Everything of a site shares the hash tag `{site}`, so every script touches one slot.
 *
 * | key | type | holds | written by |
 * |---|---|---|---|
 * | inbox | stream | one entry an accepted event, field `e`; its id is the event's position, the id's milliseconds its record time | append |
 * | door:<bucket> | hash | `source\0id` -> `hash|position|orderId`, for the dedupe window | append |
 * | cursor | string | position of the last inbox entry that was applied | commit |
 * | seq, epoch, run | string | number of the last commit; generation of the numbers; Redis run_id they were written under | commit |
 * | orders | hash | orderId -> order record (its events), open and closed | commit |
 * | stubs | hash | orderId -> order record without `order.received` | commit |
 * | rows | hash | orderId -> board row, open orders only | commit |
 * | due | sorted set | orderId by the ms at which its severity would next change (for stubs: give-up time) | commit |
 * | closed, closed-rows | sorted set, hash | closed orders by closing time; their last row | commit |
 * | personal | hash | orderId -> sealed personal fields | commit |
 * | personal-keys | hash | orderId -> what the keys of its sealed fields are made of, besides the secret; without it they cannot be opened anywhere | append; deleted by erasure, upkeep, commit |
 * | personal-erased | hash | orderId -> ms of its erasure: what still comes for it is sealed with a key that is never kept | erasure, upkeep |
 * | counters:<day> | hash | counter field -> number, one key a UTC day; gone 40 days after its last change | commit |
 * | totals | hash | counter field -> number, never expires | commit |
 * | sources | hash | source -> ms of its last event (record time) | commit |
 * | facts | hash | pickup and station facts of site events | commit |
 * | log | stream | one entry a commit, id `<seq>-0`, its fields are those of `log-entry.ts` | commit |
 * | outlooks | hash | orderId -> what the forecast says of it, open orders only; absent = the plan decides | commit |
 * | forecast | string | what the forecast has learned, JSON of one version | forecaster |
 * | forecast-status, forecast-quality | string | what it rests on and how each process goes; how good it was, by day | forecaster |
 * | forecaster | string | which worker process forecasts; lapses | forecaster |
 * | trial:<id> | string | a what-if as it was answered, for an hour: it may be marked as done so long | server |
 * | what-if-outcomes | hash | what-if that was done -> what came of it | server |
 * | outbox | stream | effects that must happen outside, field `f`, in order; trimmed to `outbox-cursor` | commit; test and replay of a webhook |
 * | outbox-cursor | string | position of the last outbox entry that has become jobs | relay |
 * | outbox-relay | string | which worker process relays; lapses | relay |
 * | webhooks-gone | hash | webhook id -> generation of it that its receiver answered 410 to | delivery |
 * | deliveries:<id>, delivery-times:<id> | hash, sorted set | the last 200 deliveries of a webhook, by id and by time | delivery |
 * | delivery-line:<id>:<order> | sorted set | deliveries of an order to a webhook that are not over, in their order; expires | relay, delivery |
 * | dead | hash | dead letter id -> dead letter | commit |
 * | incidents | hash | incident id -> incident, until it is resolved and for a day after | commit |
 * | incidents-closed, incident-closings | hash, sorted set | those resolved more than a day ago, for 30 days; all resolved ones by the ms they were resolved at | commit |
 * | incident-members | hash | incident id -> JSON of the ids of its orders, as long as it stands in `incidents` | commit |
 * | incident-openings | sorted set | incident id by the ms it was opened or came back at, for two days | commit |
 * | incident-fates | hash | inbox position -> what became of that action on incidents, as long as the door remembers it | commit |
 * | incident-policies | hash | version -> the site's policies, for the ladders that began under them | worker |
 * | incident-habits | string | how many orders each cause usually has, by hour of the week, over four weeks | forecaster |
 * | floods | string | role -> since when its people are flooded with alarms; the next role was called for these | commit |
 * | firings | string | `<second>|<count>`: how many steps that had waited long were fired in that second | commit |
 * | incident-causes | hash | cause -> id of the newest incident that has it | commit |
 * | incident-due | sorted set | incident id by the ms at which something about it falls due, by Redis TIME | commit |
 * | incident-number | string | number of the newest incident | commit |
 * | order-incidents | hash | orderId -> id of the most urgent incident it stands in | commit |
 * | annunciations | stream | who was called for what, field `f`; what the alarm budget is measured by; trimmed to 31 days | commit |
 * | notices:<incident> | hash | notice and way -> what came of it; expires | notify |
 * | escalation-audit | string | what the auditor found when it last compared what was due with what was fired | upkeep |
 * | batch:<id> | string | which events one call about many orders became, for as long as it can be undone | server |
 * | tries | hash | cursor -> tries of the batch after it; `caution` -> how small batches are taken until where | worker before deciding; deleted by commit |
 * | history | string | how far history has copied the log, JSON `HistoryStatus`; absent when nobody ever copied | projector |
 * | tombstones, tombstone-times | hash, sorted set | orderId of an archived order -> when it closed and what tells its events again (`turn/tombstone.ts`); by when it left, gone after 45 days | archive; revival |
 * | revivals | set | orders that more came for after they were archived: history is asked for them | commit; revival |
 * | revived | hash | orderId -> record as history kept it, on its way back | archive; revival |
 * | historian | string | which worker process copies; lapses | projector |
 * | policies | hash | version -> the site's rules, for the orders that were first folded under them | worker |
 */
import type { AlarmState } from "../alarm.ts";
import type { Row } from "../board.ts";
import type { Outlook } from "../delay.ts";
import type { ErrorCode } from "../errors.ts";
import type { Incident } from "../incidents/incident.ts";
import type { Silence } from "../silence.ts";
import type { ShiftPlan } from "../forecast/plan.ts";
import type { Paces } from "../truck-outlook.ts";
import type { AnyEvent, EventData, OrderEventType, RecordedEvent } from "../event.ts";

const siteKey = (site: string, name: string): string => `ct:{${site}}:${name}`;

/** Of what was: how far it is copied, and what is kept of orders that left. */
const historyKeysOf = (site: string) => ({
  history: siteKey(site, "history"),
  historian: siteKey(site, "historian"),
  tombstones: siteKey(site, "tombstones"),
  tombstoneTimes: siteKey(site, "tombstone-times"),
  revivals: siteKey(site, "revivals"),
  revived: siteKey(site, "revived"),
});

export const keysOf = (site: string) => ({
  ...historyKeysOf(site),
  inbox: siteKey(site, "inbox"),
  door: (bucket: number): string => siteKey(site, `door:${bucket}`),
  cursor: siteKey(site, "cursor"),
  seq: siteKey(site, "seq"),
  epoch: siteKey(site, "epoch"),
  run: siteKey(site, "run"),
  orders: siteKey(site, "orders"),
  stubs: siteKey(site, "stubs"),
  rows: siteKey(site, "rows"),
  due: siteKey(site, "due"),
  closed: siteKey(site, "closed"),
  closedRows: siteKey(site, "closed-rows"),
  personal: siteKey(site, "personal"),
  personalKeys: siteKey(site, "personal-keys"),
  personalErased: siteKey(site, "personal-erased"),
  counters: (day: number): string => siteKey(site, `counters:${day}`),
  totals: siteKey(site, "totals"),
  sources: siteKey(site, "sources"),
  facts: siteKey(site, "facts"),
  log: siteKey(site, "log"),
  outlooks: siteKey(site, "outlooks"),
  forecast: siteKey(site, "forecast"),
  forecastStatus: siteKey(site, "forecast-status"),
  forecastQuality: siteKey(site, "forecast-quality"),
  forecaster: siteKey(site, "forecaster"),
  trial: (id: string): string => siteKey(site, `trial:${id}`),
  whatIfOutcomes: siteKey(site, "what-if-outcomes"),
  outbox: siteKey(site, "outbox"),
  outboxCursor: siteKey(site, "outbox-cursor"),
  outboxRelay: siteKey(site, "outbox-relay"),
  webhooksGone: siteKey(site, "webhooks-gone"),
  deliveries: (webhook: string): string => siteKey(site, `deliveries:${webhook}`),
  deliveryLine: (webhook: string, order: string): string =>
    siteKey(site, `delivery-line:${webhook}:${order}`),
  deliveryTimes: (webhook: string): string => siteKey(site, `delivery-times:${webhook}`),
  dead: siteKey(site, "dead"),
  incidents: siteKey(site, "incidents"),
  incidentsClosed: siteKey(site, "incidents-closed"),
  incidentClosings: siteKey(site, "incident-closings"),
  incidentMembers: siteKey(site, "incident-members"),
  incidentCauses: siteKey(site, "incident-causes"),
  incidentDue: siteKey(site, "incident-due"),
  incidentOpenings: siteKey(site, "incident-openings"),
  incidentFates: siteKey(site, "incident-fates"),
  incidentHabits: siteKey(site, "incident-habits"),
  incidentPolicies: siteKey(site, "incident-policies"),
  firings: siteKey(site, "firings"),
  floods: siteKey(site, "floods"),
  incidentNumber: siteKey(site, "incident-number"),
  orderIncidents: siteKey(site, "order-incidents"),
  annunciations: siteKey(site, "annunciations"),
  notices: (incident: string): string => siteKey(site, `notices:${incident}`),
  escalationAudit: siteKey(site, "escalation-audit"),
  batch: (id: string): string => siteKey(site, `batch:${id}`),
  tries: siteKey(site, "tries"),
  policies: siteKey(site, "policies"),
});
export type SiteKeys = ReturnType<typeof keysOf>;

/** Keys that belong to no site. */
export const GLOBAL_KEYS = {
  /**
   * hash: the sites. `current` JSON `{version, sites}`, the rules in force, read by the workers; `stamp`, another with every change; `state` (`StoredSites`), as they are
   * kept; `undo:<version>` (`SitesUndo`)
   */
  sites: "ct:{tower}:sites",
  /** `current` of towers of before: where their versions end, ours go on */
  sitesBefore: "ct:config:sites",
  session: (id: string): string => `ct:session:${id}`,
  /** stream `<n>-0`, fields `e` (entry) and `h` (hash): the audit chain; `n|at|hash` of its newest entry */
  audit: "ct:{tower}:audit",
  auditHead: "ct:{tower}:audit-head",
  /** rises with every change of users and keys */
  accessVersion: "ct:{tower}:access-version",
  /** set of the keys of a person's sessions */
  sessionsOf: (name: string): string => `ct:{tower}:sessions:${name}`,
  /** user name -> account */
  users: "ct:{tower}:users",
  /** user name -> ms of the last login */
  usersSeen: "ct:{tower}:users-seen",
  /** sorted set of wrong passwords by their time, for a name, an address or a session */
  guesses: (of: string): string => `ct:{tower}:guesses:${of}`,
  /** what may be used once: a first administrator's link, a login under way at another provider */
  ticket: (id: string): string => `ct:{tower}:ticket:${id}`,
  /** hashes: key id -> machine key as JSON; key id -> ms of its last use, exact to a minute */
  machineKeys: "ct:{tower}:keys",
  machineKeysUsed: "ct:{tower}:keys-used",
  /** hash: webhook id -> `StoredWebhook` */
  webhooks: "ct:{tower}:webhooks",
  /** hash: site -> the people planned there, as a lead entered them (`StoredPlan`) */
  shiftPlans: "ct:{tower}:shift-plans",
  /** hash: channel id -> `StoredChannel` */
  channels: "ct:{tower}:channels",
  /** hash: person and browser -> `StoredPush`; JSON of `StoredPushKeys` */
  pushes: "ct:{tower}:pushes",
  pushKeys: "ct:{tower}:push-keys",
  /** hash: notice id -> notice, held for a person and way until that ms; expires three days after */
  heldNotices: (person: string, way: string, at: number): string =>
    `ct:{tower}:held-notices:${at}:${way}:${person}`,
  /** hash: site -> its policies on incidents (`StoredPolicies`) */
  policies: "ct:{tower}:policies",
  /** hashes: display id -> `StoredDisplay`; display id -> fingerprints of what opens it; site -> what its lead tells all walls */
  displays: "ct:{tower}:displays",
  displayTokens: "ct:{tower}:display-tokens",
  wallNotices: "ct:{tower}:wall-notices",
  /** hash: `<site> <task>` -> who took a task of a wall, or said that it is done */
  floorWords: "ct:{tower}:floor-words",
  /** hash: photo id -> what is known of a photo of damage */
  photos: (site: string, order: string): string => `ct:{tower}:photos:${site}:${order}`,
  /** sorted set: `<order> <photo>` by when it was taken, for their end */
  photoTimes: (site: string): string => `ct:{tower}:photo-times:${site}`,
  /** hash: local date -> the shipping totals when that day was first seen (`walls/days.ts`) */
  wallDays: (site: string): string => `ct:{tower}:wall-days:${site}`,
  /** what a wall told of itself last */
  displayReport: (display: string): string => `ct:{tower}:display-report:${display}`,
  /** a wall that waits to be claimed, by the fingerprint of its device code; that of a code by the code's */
  pairing: (device: string): string => `ct:{tower}:pairing:${device}`,
  pairingCode: (code: string): string => `ct:{tower}:pairing-code:${code}`,
  /** hash: id -> handover of a shift (`StoredHandover`), for 90 days */
  handovers: (site: string): string => `ct:{tower}:handovers:${site}`,
  /** there while a link that works once was used, until it would have expired anyway */
  usedLink: (id: string): string => `ct:{tower}:link-used:${id}`,
  /** hash: `<site> <id>` -> saved view of a person (`ViewBody`); hash: id -> one that a site shares */
  viewsOf: (person: string): string => `ct:{tower}:views:${person}`,
  sharedViews: (site: string): string => `ct:{tower}:shared-views:${site}`,
  /** hash: id -> a what-if that somebody marked as done */
  whatIfs: (site: string): string => `ct:{tower}:what-ifs:${site}`,
} as const;

export const DAY_MS = 86_400_000;
export const dayOf = (at: number): number => Math.floor(at / DAY_MS);

/** The position before everything. */
export const START_POSITION = "0-0";

function compareNumbers(a: string, b: string): number {
  const [aMs = "0", aNumber = "0"] = a.split("-");
  const [bMs = "0", bNumber = "0"] = b.split("-");
  return Number(aMs) - Number(bMs) || Number(aNumber) - Number(bNumber);
}

/** Orders two inbox positions (`ms-n`): negative when `a` is before `b`. */
export function comparePositions(a: string, b: string): number {
  if (a === b) return 0;
  // as texts when both numbers have as many digits in one as in the other, which is nearly always
  if (a.length !== b.length || a.indexOf("-") !== b.indexOf("-")) return compareNumbers(a, b);
  return a < b ? -1 : 1;
}

/** The record time that a position carries. */
export const recordedAtOf = (position: string): number =>
  Number(position.slice(0, position.indexOf("-")));

/** Under a symbol, so that no JSON ever holds it: the inbox must not, or erasing could not reach what was sealed. */
export const PERSONAL_KEY = Symbol("personal key");

export const EVENT_TEXT = Symbol("event text");

/** What stands in an inbox entry's field `e`. */
export type InboxEvent = {
  event: AnyEvent;
  /** of letters and digits and what base64 has besides */
  hash: string;
  /** sealed personal fields of this event, base64 */
  sealed?: string;
  /** the event as JSON, where it is at hand: it is not written a second time then */
  [EVENT_TEXT]?: string;
  /** what opens `sealed`, besides the secret: kept in `personal-keys` by the append itself */
  [PERSONAL_KEY]?: string;
  /** id of the dead letter this is a replay of; such an event passed the door a second time on purpose */
  replayOf?: string;
};
export function encodeInboxEvent(entry: InboxEvent): string {
  const text = entry[EVENT_TEXT];
  if (text === undefined) return JSON.stringify(entry);
  const { hash, sealed, replayOf } = entry;
  const more =
    sealed === undefined && replayOf === undefined
      ? "}"
      : `,${JSON.stringify({ sealed, replayOf }).slice(1)}`;
  return `{"event":${text},"hash":"${hash}"${more}`;
}
export const decodeInboxEvent = (text: string): InboxEvent => JSON.parse(text) as InboxEvent;

/** What the door remembers of an accepted event. */
export type DoorEntry = { hash: string; position: string; orderId: string };
export const doorField = (source: string, id: string): string => `${source}\u0000${id}`;
export function decodeDoorEntry(text: string): DoorEntry {
  const [hash = "", position = "", ...orderId] = text.split("|");
  return { hash, position, orderId: orderId.join("|") };
}

/** An order as it is kept: its events are the truth, everything else of it is folded from them. */
export type OrderRecord = {
  /** seq of the commit that last wrote it */
  v: number;
  /** version of the site's rules it was first folded under */
  policy: number;
  events: RecordedEvent[];
  /** which effects were handed to the outbox (`effects.ts`) */
  sent: string[];
  /** these events as they are written, so that those known are not encoded again */
  encoded?: { events: readonly RecordedEvent[]; text: string };
};

type PackedEvent = [
  type: string,
  occurredAt: number,
  recordedAt: number,
  source: string,
  id: string,
  hash: string,
  seq: number,
  actor: string | 0,
  station: string | 0,
  data: unknown,
];

const packEvent = (event: RecordedEvent): PackedEvent => [
  event.type,
  event.occurredAt,
  event.recordedAt,
  event.source,
  event.id,
  event.hash,
  event.seq ?? 0,
  event.actor ?? 0,
  event.station ?? 0,
  event.data,
];

/** Trusts what was written by `encodeOrderRecord`; a record that is no such thing throws. */
function unpackEvent(packed: PackedEvent, site: string, orderId: string): RecordedEvent {
  const [type, occurredAt, recordedAt, source, id, hash, seq, actor, station, data] = packed;
  return {
    id,
    source,
    type: type as OrderEventType,
    site,
    orderId,
    occurredAt,
    recordedAt,
    hash,
    seq,
    ...(actor !== 0 && { actor }),
    ...(station !== 0 && { station }),
    data: data as EventData[OrderEventType],
  } as RecordedEvent;
}

const encodeEvent = (event: RecordedEvent): string => JSON.stringify(packEvent(event));

const encodeEvents = (events: readonly RecordedEvent[]): string =>
  events.map(encodeEvent).join(",");

/** The text of `events` when they are those of `encoded` and one more. */
function continued({ encoded }: OrderRecord, events: readonly RecordedEvent[]): string | null {
  const last = events.at(-1);
  if (encoded === undefined || last === undefined) return null;
  if (encoded.events.length !== events.length - 1) return null;
  if (!encoded.events.every((event, place) => event === events[place])) return null;
  return `${encoded.text}${encoded.text === "" ? "" : ","}${encodeEvent(last)}`;
}

/** The record as commit `v` leaves it. */
export function withEvents(before: OrderRecord, v: number, events: RecordedEvent[]): OrderRecord {
  const { policy, sent } = before;
  const text = continued(before, events);
  return { v, policy, events, sent, ...(text !== null && { encoded: { events, text } }) };
}

/** Remembers with the record how its events are written. */
export function encodeOrderRecord(record: OrderRecord): string {
  const { v, policy, events, sent } = record;
  if (record.encoded?.events !== events) record.encoded = { events, text: encodeEvents(events) };
  return `[${v},${policy},[${record.encoded.text}],${JSON.stringify(sent)}]`;
}

export function decodeOrderRecord(text: string, site: string, orderId: string): OrderRecord {
  const [v, policy, events, sent] = JSON.parse(text) as [number, number, PackedEvent[], string[]];
  return { v, policy, events: events.map((packed) => unpackEvent(packed, site, orderId)), sent };
}

/** One entry of `personal`: the sealed fields of one event of the order; the newest by `occurredAt` wins field by field. */
export type SealedFields = { source: string; id: string; occurredAt: number; sealed: string };

/** A fact of a site event, kept under `pickup|<carrier>|<pickup>` or `station|<station>`. */
export type SiteFact = { at: number; type: string; data: unknown };

/** What the forecast says of an order, and what its next evaluation needs to know. */
export type StoredOutlook = Outlook & {
  /** epoch ms, when it was said */
  at: number;
  /** null where nothing of it would matter */
  alarm: AlarmState | null;
};

/** What the forecaster says of itself, once a minute. */
export type ForecastStatus = {
  /** epoch ms */
  at: number;
  basis: "budgets" | "learning" | "learned";
  since: number | null;
  /** orders it has learned from */
  settled: number;
  /** open orders it forecasts */
  orders: number;
  paces: Paces;
  /** the site's 3PLs, with the orders of theirs that were learned from, and whether that is enough to forecast */
  providers?: { node: string; orders: number; isEnough: boolean }[];
  /** sources that are silent by what is stated or was learned */
  silent?: Silence[];
};

/** What the projector says of itself, every few seconds while it is there. */
export type HistoryStatus = {
  /** reading: all orders are read, at first or after the log was gone; failing and refused: nothing is copied, `error` says why */
  state: "current" | "copying" | "reading" | "failing" | "refused";
  store: "sqlite" | "postgres";
  /** epoch ms */
  at: number;
  /** the last number that is in history for good */
  epoch: string;
  seq: number;
  /** commits that are not */
  behind: number;
  /** how often the log was gone before it was copied */
  gaps: number;
  error?: string;
};

/** The people planned at a site. `history`: the last changes, this one first. */
export type StoredPlan = {
  version: number;
  plan: ShiftPlan;
  history: { version: number; by: string; at: number }[];
};

/** One commit, as followers of the log read it (`log-entry.ts`). */
export type Change = {
  seq: number;
  epoch: string;
  /** ms, Redis TIME as the worker saw it before deciding */
  at: number;
  rows: Row[];
  removed: string[];
  /** orders that changed and stand on no board, before or after: what still comes for closed ones */
  closed?: string[];
  /** `<day>` -> counter field -> difference */
  counters: Record<string, Record<string, number>>;
  totals: Record<string, number>;
  /** source -> record time of its last event in this commit */
  sources: Record<string, number>;
  facts: Record<string, SiteFact>;
  /** incidents that were opened, changed or resolved, whole */
  incidents?: Incident[];
  /** record time of the last canary in this commit */
  canaryAt?: number;
  /** how many there are after this commit */
  dead: number;
  waiting: number;
  /** inbox position after this commit */
  cursor: string;
};
/** What became of an action on incidents. `incidents`: those that it changed. */
export type IncidentFate = {
  source: string;
  event: string;
  at: number;
  seq: number;
  state: "applied" | "refused";
  incidents: string[];
  code?: ErrorCode;
  /** why it was refused, or what of it was */
  message?: string;
};

export type DeadLetter = {
  id: string;
  site: string;
  at: number;
  cause: { code: string; message: string };
  /** how often it was tried, replays included */
  tries: number;
  /** the event without personal fields; absent when what failed was a stored order */
  event?: AnyEvent;
  hash?: string;
  sealed?: string;
  position?: string;
  orderId?: string;
};
