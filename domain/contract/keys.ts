/**
 * Names in Redis: what server and workers must agree on, and who writes what; what the values look like is beside this (`inbox-event.ts`, `order-record.ts`, `stored.ts`, `log-entry.ts`). Everything of a site shares the hash tag `{site}`, so every script touches one slot.
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
 * | personal-ended | sorted set | those of `personal-erased` whose time was over, by when that was seen: after 45 days nothing has to be kept of it. Who asked for theirs stays | upkeep; erasure |
 * | counters:<day> | hash | counter field -> number, one key a UTC day; gone 40 days after its last change | commit |
 * | totals | hash | counter field -> number, never expires | commit |
 * | sources | hash | source -> ms of its last event (record time) | commit |
 * | facts | hash | pickup and station facts of site events | commit |
 * | log | stream | one entry a commit, id `<seq>-0`, its fields are those of `log-entry.ts` | commit |
 * | outlooks | hash | orderId -> what the forecast says of it, open orders only; absent = the plan decides | commit |
 * | forecast | string | what the forecast has learned, JSON of one version | forecaster |
 * | forecast-status, forecast-quality | string | what it rests on and how each process goes; how good it was, by day | forecaster |
 * | judged | stream | orders that an alarm was raised for or that missed their deadline, field `f`, as they are counted in `forecast-quality`; history copies them; trimmed to 7 days | forecaster |
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
 * | capture:<id> | string | a capture of an EPCIS document and what became of it (`StoredCapture`); expires after a week | server |
 * | captures | sorted set | ids of the last thousand captures by the ms they came | server |
 * | decided:<version>:<order> | string | the action that was decided on that version of the order, for half a minute: it is in the inbox and not applied yet | server |
 * | tries | hash | cursor -> tries of the batch after it; `caution` -> how small batches are taken until where | worker before deciding; deleted by commit |
 * | history | string | how far history has copied the log, JSON `HistoryStatus`; absent when nobody ever copied | projector |
 * | tombstones, tombstone-times | hash, sorted set | orderId of an archived order -> when it closed and what tells its events again (`turn/tombstone.ts`); by when it left, gone after 45 days | archive; revival |
 * | revivals | set | orders that more came for after they were archived: history is asked for them | commit; revival |
 * | revived | hash | orderId -> record as history kept it, on its way back | archive; revival |
 * | historian | string | which worker process copies; lapses | projector |
 * | policies | hash | version -> the site's rules, for the orders that were first folded under them | worker |
 * | told:<connector>:<order> | string | what a shop told of an order last (`server/hooks/order-memory.ts`); expires after 60 days | server |
 * | tracked:<code> | string | orderId of a tracking code that a connector met; expires after 60 days | server |
 * | unmatched | hash | connector and tracking code -> carrier news whose order is not known yet, for 7 days | server |
 * | connector-activity | hash | `<connector> <outcome>` -> how many deliveries; `<connector>` -> the last one | server |
 */

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

/** What servers write and read alone, all of it for a while. */
const serverKeysOf = (site: string) => ({
  trial: (id: string): string => siteKey(site, `trial:${id}`),
  batch: (id: string): string => siteKey(site, `batch:${id}`),
  decided: (order: string, version: number): string => siteKey(site, `decided:${version}:${order}`),
  capture: (id: string): string => siteKey(site, `capture:${id}`),
  captures: siteKey(site, "captures"),
});

/** Of webhooks, those that go out and those that come in. */
const webhookKeysOf = (site: string) => ({
  webhooksGone: siteKey(site, "webhooks-gone"),
  deliveries: (webhook: string): string => siteKey(site, `deliveries:${webhook}`),
  deliveryLine: (webhook: string, order: string): string =>
    siteKey(site, `delivery-line:${webhook}:${order}`),
  deliveryTimes: (webhook: string): string => siteKey(site, `delivery-times:${webhook}`),
  told: (connector: string, order: string): string => siteKey(site, `told:${connector}:${order}`),
  tracked: (code: string): string => siteKey(site, `tracked:${code}`),
  unmatched: siteKey(site, "unmatched"),
  connectorActivity: siteKey(site, "connector-activity"),
});

export const keysOf = (site: string) => ({
  ...historyKeysOf(site),
  ...serverKeysOf(site),
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
  personalEnded: siteKey(site, "personal-ended"),
  counters: (day: number): string => siteKey(site, `counters:${day}`),
  totals: siteKey(site, "totals"),
  sources: siteKey(site, "sources"),
  facts: siteKey(site, "facts"),
  log: siteKey(site, "log"),
  outlooks: siteKey(site, "outlooks"),
  forecast: siteKey(site, "forecast"),
  forecastStatus: siteKey(site, "forecast-status"),
  forecastQuality: siteKey(site, "forecast-quality"),
  judged: siteKey(site, "judged"),
  forecaster: siteKey(site, "forecaster"),
  whatIfOutcomes: siteKey(site, "what-if-outcomes"),
  outbox: siteKey(site, "outbox"),
  outboxCursor: siteKey(site, "outbox-cursor"),
  outboxRelay: siteKey(site, "outbox-relay"),
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
  tries: siteKey(site, "tries"),
  policies: siteKey(site, "policies"),
  ...webhookKeysOf(site),
});
export type SiteKeys = ReturnType<typeof keysOf>;

/** Keys that belong to no site. */
export const GLOBAL_KEYS = {
  /**
   * hash: the sites. `current` JSON `{version, sites}`, the rules in force, read by the workers; `stamp`, another with every change; `state` (`StoredSites`), as they are
   * kept; `undo:<version>` (`SitesUndo`)
   */
  sites: "ct:{tower}:sites",
  /** `current` again, for servers and workers of the version before, which may run beside ours */
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
  /** the same, taken away by the job that tells them */
  takenNotices: (held: string, job: string): string => `${held}:${job}`,
  /** hash: site -> the signed webhooks that come in there (`StoredConnectors`) */
  connectors: "ct:{tower}:connectors",
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
  /** id of the shared view with which the board of a site opens; it may name one that is gone */
  defaultView: (site: string): string => `ct:{tower}:default-view:${site}`,
  /** hash: id -> a what-if that somebody marked as done */
  whatIfs: (site: string): string => `ct:{tower}:what-ifs:${site}`,
} as const;

export const DAY_MS = 86_400_000;
export const dayOf = (at: number): number => Math.floor(at / DAY_MS);
