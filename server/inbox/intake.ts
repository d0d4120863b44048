/** What one request posted, up to its answer: check every item, keep what is in order, answer when it is on disk. */
import { countOf } from "../../domain/counted.ts";
import { type Accepted, type ItemError, MAX_EVENTS } from "../../domain/contract/ingest.ts";
import type { InboxEvent } from "../../domain/contract/inbox-event.ts";
import { comparePositions } from "../../domain/contract/positions.ts";
import type { ErrorCode } from "../../domain/errors.ts";
import { type SiteOf, type Sources, checkEvent, itemErrors } from "../connectors/check-event.ts";
import { readEvents } from "../connectors/formats.ts";
import type { Headers, Posted } from "../connectors/posted.ts";
import type { Personal } from "../personal.ts";
import { problem } from "../problem.ts";
import type { AppendRequest, EntryOutcome, How } from "./append.ts";

type Entry = { index: number; entry: InboxEvent };
type Sorted = { bySite: Map<string, Entry[]>; errors: ItemError[] };

export type Answer = { status: 202 | 207; body: Accepted };
export type TakeOptions = {
  /** takes what is in order and names the rest, instead of all or nothing */
  isPartial: boolean;
  /** the sites of whoever posts */
  siteOf: SiteOf;
  /** prefixes of the sources they may send for; left out = any */
  sources?: Sources;
};

type Deps = {
  personal: Personal;
  append: (site: string, request: AppendRequest) => Promise<EntryOutcome[]>;
};

/** Of a request with more mistakes than this the first are named: whoever sent it has enough to do. */
const MOST_NAMED = 10_000;
const CONFLICT = "this id was used before with another body";

/** The code of a refusal: that of its items when they agree. */
function codeOf(errors: readonly ItemError[]): ErrorCode {
  const codes = new Set(errors.map(({ code }) => code));
  const [only] = codes;
  return codes.size === 1 ? (only as ErrorCode) : "CT_ERR_INVALID_EVENT";
}

function refusal(errors: ItemError[]) {
  const items = new Set(errors.map(({ index }) => index)).size;
  const detail = `${countOf(items, "item")} cannot be taken; nothing of this request was.`;
  // what could not even be read comes first, and alone: the rest of such a request may mean anything
  const unread = errors.filter(({ code }) => code === "CT_ERR_NOT_JSON");
  if (unread.length > 0)
    return problem("CT_ERR_NOT_JSON", unread[0]?.message ?? detail, { errors: unread });
  const code = codeOf(errors);
  const status = code === "CT_ERR_EVENT_TOO_LARGE" ? 413 : 422;
  return problem(code, detail, { errors: errors.slice(0, MOST_NAMED), status });
}

const unreadIn = (unread: Posted["unread"]): ItemError[] =>
  [...(unread ?? [])].map(([index, message]) => ({
    index,
    path: "",
    message,
    code: "CT_ERR_NOT_JSON",
  }));

function sortOut(posted: Posted, { siteOf, sources }: TakeOptions, personal: Personal): Sorted {
  const { items, unread, faults = [], origin } = posted;
  const sorted: Sorted = { bySite: new Map(), errors: [...unreadIn(unread), ...faults] };
  const placed = placing(origin);
  items.forEach((raw, index) => {
    if (unread?.has(index)) return;
    const checked = checkEvent(raw, siteOf, sources);
    if ("faults" in checked) {
      sorted.errors.push(...itemErrors(index, raw, checked.faults, posted).map(placed));
      return;
    }
    const entry = personal.entryOf(checked.event, checked.text);
    const { site } = checked.event;
    const entries = sorted.bySite.get(site);
    if (entries === undefined) sorted.bySite.set(site, [{ index, entry }]);
    else entries.push({ index, entry });
  });
  return sorted;
}

/** Names an item's mistake where it stands in what was sent. */
const placing =
  (origin: Posted["origin"]) =>
  (error: ItemError): ItemError =>
    origin === undefined ? error : { ...error, ...origin(error.index, error.path) };
type Placing = ReturnType<typeof placing>;

type SiteOutcome = { site: string; entries: Entry[]; outcomes: EntryOutcome[] };

const conflictsIn = (sites: readonly SiteOutcome[]): ItemError[] =>
  sites.flatMap(({ entries, outcomes }) =>
    entries.flatMap(({ index, entry }, place) =>
      outcomes[place]?.outcome === "conflict"
        ? [
            {
              index,
              path: "/id",
              message: CONFLICT,
              code: "CT_ERR_EVENT_CONFLICT",
              id: entry.event.id,
            },
          ]
        : [],
    ),
  );

function accepted(sites: readonly SiteOutcome[]): Accepted {
  const answer: Accepted = { accepted: 0, duplicates: 0, inbox: {} };
  for (const { site, outcomes } of sites)
    for (const { outcome, position } of outcomes) {
      if (outcome === "accepted") answer.accepted++;
      if (outcome === "duplicate") answer.duplicates++;
      if (outcome === "conflict" || outcome === "refused") continue;
      const last = answer.inbox[site];
      if (last === undefined || comparePositions(position, last) > 0) answer.inbox[site] = position;
    }
  return answer;
}

export function createIntake({ personal, append }: Deps) {
  /** One append after the other: what comes after a failed one is not sent, and sending all again is safe. */
  async function sendTo(site: string, entries: Entry[], how: How): Promise<SiteOutcome> {
    const outcomes: EntryOutcome[] = [];
    for (let from = 0; from < entries.length; from += MAX_EVENTS) {
      const slice = entries.slice(from, from + MAX_EVENTS).map(({ entry }) => entry);
      outcomes.push(...(await append(site, { how, entries: slice })));
    }
    return { site, entries, outcomes };
  }

  const send = (bySite: Sorted["bySite"], how: How): Promise<SiteOutcome[]> =>
    Promise.all([...bySite].map(([site, entries]) => sendTo(site, entries, how)));

  /** All or nothing, also over several sites and slices: those are asked first. (A twin that comes in between to one of them can still split the request.) */
  async function appendAll(bySite: Sorted["bySite"], placed: Placing): Promise<SiteOutcome[]> {
    if (bySite.size > 1 || [...bySite.values()].some(({ length }) => length > MAX_EVENTS)) {
      const conflicts = conflictsIn(await send(bySite, "check"));
      if (conflicts.length > 0) throw refusal(conflicts.map(placed));
    }
    const sites = await send(bySite, "all");
    const conflicts = conflictsIn(sites);
    if (conflicts.length > 0) throw refusal(conflicts.map(placed));
    return sites;
  }

  async function takePartly({ bySite, errors }: Sorted, placed: Placing): Promise<Answer> {
    const sites = await send(bySite, "some");
    const conflicts = conflictsIn(sites).map(placed);
    const named = [...errors, ...conflicts].toSorted((a, b) => a.index - b.index);
    if (named.length === 0) return { status: 202, body: accepted(sites) };
    return { status: 207, body: { ...accepted(sites), errors: named.slice(0, MOST_NAMED) } };
  }

  /** Takes what a connector made of a request. Rejects with a `problem` when it is refused, whole, and when the store does not answer. */
  async function takePosted(posted: Posted, options: TakeOptions): Promise<Answer> {
    const { items, most = MAX_EVENTS, origin } = posted;
    if (items.length > most)
      throw problem("CT_ERR_TOO_MANY_EVENTS", `This request holds ${items.length} events.`);
    const sorted = sortOut(posted, options, personal);
    const placed = placing(origin);
    if (options.isPartial) return takePartly(sorted, placed);
    if (sorted.errors.length > 0) throw refusal(sorted.errors);
    return { status: 202, body: accepted(await appendAll(sorted.bySite, placed)) };
  }

  const take = async (headers: Headers, body: Uint8Array, options: TakeOptions): Promise<Answer> =>
    takePosted(readEvents(headers, body), options);

  return { take, takePosted };
}
export type Intake = ReturnType<typeof createIntake>;
