/** The account of a body that was taken: which sets, with what mistakes (AK5 and AK9 of a 997). */
import type { EdiGroup } from "../../domain/contract/edi.ts";
import type { ItemError } from "../../domain/contract/ingest.ts";
import type { SetRead } from "./read.ts";
import { at } from "./segments.ts";

type SetAnswer = EdiGroup["sets"][number];

type BySet = ReadonlyMap<number, ItemError[]>;

function setAnswer({ set, orders, events, content }: SetRead, wrong: BySet): SetAnswer {
  const errors = wrong.get(set.index) ?? [];
  const isRefused = content.length > 0;
  const noted = errors.length > 0 ? "E" : "A";
  return {
    code: set.code,
    control: set.control,
    acknowledgment: isRefused ? "R" : noted,
    orders,
    events,
    errors,
  };
}

function verdict(sets: readonly SetAnswer[], accepted: number): EdiGroup["acknowledgment"] {
  if (accepted === 0) return "R";
  if (accepted < sets.length) return "P";
  return sets.some(({ acknowledgment }) => acknowledgment === "E") ? "E" : "A";
}

function groupAnswer(read: readonly SetRead[], wrong: BySet): EdiGroup {
  const { group, interchange } = read[0]?.set ?? {};
  const sets = read.map((one) => setAnswer(one, wrong));
  const accepted = sets.filter(({ acknowledgment }) => acknowledgment !== "R").length;
  return {
    sender: at(interchange, 6),
    interchange: at(interchange, 13),
    functionalId: at(group, 1),
    control: at(group, 6),
    acknowledgment: verdict(sets, accepted),
    received: sets.length,
    accepted,
    sets,
  };
}

/** Sets by their group, in the order of the body; sets without one stand together. */
export function groupsOf(read: readonly SetRead[], errors: readonly ItemError[]): EdiGroup[] {
  const groups = Map.groupBy(read, ({ set }) => (set.group ?? set.interchange)?.place ?? 0);
  const wrong = Map.groupBy(errors, ({ index }) => index);
  return [...groups.values()].map((sets) => groupAnswer(sets, wrong));
}
