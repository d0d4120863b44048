/**
 * Handing a shift over. The report of a draft is written anew with every look; with the signature of who leaves it stands as it was. With the signature of who comes, who is somebody
 * else, what is owned moves to them: every change is one step with its audit entry, and nobody writes over what somebody else changed meanwhile. Kept for 90 days.
 */
import { countOf } from "../../domain/counted.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type {
  HandoverEdit,
  HandoverSignature,
  HandoverView,
} from "../../domain/contract/handover.ts";
import type { HandoverReport } from "../../domain/incidents/handover.ts";
import type { ShiftOf } from "../../domain/incidents/shifts.ts";
import { DAY_MS } from "../../domain/wall-clock.ts";
import type { Audit, AuditInput, AuditWrite } from "../audit.ts";
import { problem } from "../problem.ts";
import {
  emptyHandover,
  handoverView,
  type HandoverAsker,
  type StoredHandover,
} from "./handover-view.ts";

const KEPT_MS = 90 * DAY_MS;
const MOST_HISTORY = 100;

type Deps = {
  read: (site: string, id: string) => Promise<string | null>;
  readAll: (site: string) => Promise<Record<string, string>>;
  audit: () => Pick<Audit, "change">;
  write: (site: string, shift: ShiftOf) => Promise<HandoverReport>;
  /** makes the incidents of each of these owners those of whoever signs */
  move: (site: string, id: string, moved: StoredHandover["moved"]) => Promise<void>;
  now: () => number;
};

function refuseOld({ version, history }: StoredHandover, wanted: number | undefined): void {
  if (wanted === undefined || wanted === version) return;
  const who = history[0]?.by ?? "Somebody";
  throw problem(
    "CT_ERR_CONFLICT",
    `${who} changed this handover meanwhile: it is version ${version}.`,
    { members: { version } },
  );
}

const refuseSigned = (words: string, { version }: StoredHandover) =>
  problem("CT_ERR_CONFLICT", words, { members: { version } });

function edited(before: StoredHandover, wish: HandoverEdit): StoredHandover {
  const remarks = Object.entries({ ...before.remarks, ...wish.remarks });
  return {
    ...before,
    notes: wish.notes ?? before.notes,
    remarks: Object.fromEntries(remarks.filter(([, text]) => text !== "")),
    stays: wish.stays === undefined ? before.stays : [...new Set(wish.stays)],
  };
}

const editWords = ({ notes, remarks, stays }: HandoverEdit): string =>
  [
    notes === undefined ? "" : "notes",
    remarks === undefined ? "" : `remarks on ${Object.keys(remarks).join(", ")}`,
    stays === undefined ? "" : "what stays with its owner",
  ]
    .filter((part) => part !== "")
    .join(", ");

/** By owner, but for those who stay and what the coming lead owns already. */
function movesOf({ owned }: HandoverReport, stays: readonly string[], to: string) {
  const moving = owned.filter(({ id, owner }) => owner !== to && !stays.includes(id));
  return Object.fromEntries(
    [...Map.groupBy(moving, ({ owner }) => owner ?? "")]
      .filter(([owner]) => owner !== "")
      .map(([owner, all]) => [owner, all.map(({ id }) => id)]),
  );
}

type Change = { what: "edited" | "signed"; words: string };

const decode = (text: string): StoredHandover => JSON.parse(text) as StoredHandover;

/** What is older than it is kept for goes with the next change. */
async function outdated({ readAll, now }: Deps, site: string): Promise<AuditWrite[]> {
  const key = GLOBAL_KEYS.handovers(site);
  return Object.entries(await readAll(site))
    .filter(([, text]) => now() - decode(text).shift.endsAt > KEPT_MS)
    .map(([field]) => ({ key, field, value: null }));
}

type Work = { deps: Deps; asker: HandoverAsker; text: string | null; before: StoredHandover };

async function keep(
  { deps, asker, text }: Work,
  next: StoredHandover,
  { what, words }: Change,
): Promise<StoredHandover> {
  const version = next.version + 1;
  const line = { at: deps.now(), by: asker.name, words };
  const after = { ...next, version, history: [line, ...next.history].slice(0, MOST_HISTORY) };
  const { site, id } = after;
  const input: AuditInput = {
    who: asker.name,
    where: asker.where,
    what: `handover.${what}`,
    site,
    subject: id,
    before: { version: next.version },
    after: { version, ...(what === "signed" && { words }) },
  };
  const key = GLOBAL_KEYS.handovers(site);
  const write = { key, field: id, value: JSON.stringify(after), was: text };
  await deps.audit().change(input, [write, ...(await outdated(deps, site))]);
  return after;
}

async function signLeaving(work: Work): Promise<StoredHandover> {
  const { deps, asker, before } = work;
  if (before.leaving !== null)
    throw refuseSigned(`${before.leaving.name} has signed for the shift that leaves.`, before);
  const leaving = { name: asker.name, at: deps.now() };
  const report = await deps.write(before.site, before.shift);
  const change = { what: "signed", words: "signed for the shift that leaves" } as const;
  return keep(work, { ...before, leaving, report }, change);
}

/** Why this person may not sign for the shift that comes; null when they may. */
function objection({ leaving, coming, report }: StoredHandover, name: string): string | null {
  if (coming !== null && coming.name !== name)
    return `${coming.name} has signed for the shift that comes.`;
  if (leaving === null || report === null)
    return "Who leaves signs first: until then it is a draft.";
  return leaving.name === name ? "Both signatures are by different people." : null;
}

async function signSecond(work: Work, report: HandoverReport): Promise<StoredHandover> {
  const { deps, asker, before } = work;
  const moved = movesOf(report, before.stays, asker.name);
  const coming = { name: asker.name, at: deps.now() };
  const count = Object.values(moved).flat().length;
  const words = `signed for the shift that comes; ${countOf(count, "incident changes", "incidents change")} hands`;
  return keep(work, { ...before, coming, moved }, { what: "signed", words });
}

async function signComing(work: Work): Promise<StoredHandover> {
  const { deps, asker, before } = work;
  const why = objection(before, asker.name);
  if (why !== null || before.report === null) throw refuseSigned(why ?? "", before);
  // signed again by the same: what did not move for want of the store moves now
  const after = before.coming === null ? await signSecond(work, before.report) : before;
  await deps.move(after.site, after.id, after.moved);
  return after;
}

async function editDraft(work: Work, wish: HandoverEdit): Promise<StoredHandover> {
  const { before } = work;
  if (before.leaving !== null)
    throw refuseSigned(`${before.leaving.name} has signed it: it stands as it was.`, before);
  const words = editWords(wish);
  if (words === "") return before;
  return keep(work, edited(before, wish), { what: "edited", words: `changed ${words}` });
}

export function createHandoverDesk(deps: Deps) {
  async function begin(site: string, shift: ShiftOf, asker: HandoverAsker): Promise<Work> {
    const text = await deps.read(site, shift.id);
    const before = text === null ? emptyHandover(site, shift) : decode(text);
    return { deps, asker, text, before };
  }

  async function show(stored: StoredHandover, asker: HandoverAsker): Promise<HandoverView> {
    const report = stored.report ?? (await deps.write(stored.site, stored.shift));
    return handoverView(stored, report, asker);
  }

  return {
    read: async (site: string, shift: ShiftOf, asker: HandoverAsker) =>
      show((await begin(site, shift, asker)).before, asker),
    async edit(site: string, shift: ShiftOf, asker: HandoverAsker, wish: HandoverEdit) {
      const work = await begin(site, shift, asker);
      refuseOld(work.before, wish.ifVersion);
      return show(await editDraft(work, wish), asker);
    },
    async sign(site: string, shift: ShiftOf, asker: HandoverAsker, wish: HandoverSignature) {
      const work = await begin(site, shift, asker);
      refuseOld(work.before, wish.ifVersion);
      const signed = wish.as === "leaving" ? await signLeaving(work) : await signComing(work);
      return show(signed, asker);
    },
  };
}
