/** What the tower believed of an order at a moment, line by line. Pure. */
import type { Row } from "../../domain/board.ts";
import { holdWords } from "../order/hold-words.ts";
import { count, duration, type SiteFormat } from "../ui/format.ts";
import { codeWords, pickupName, SEVERITY_WORDS, STAGE_WORDS } from "../ui/words.ts";

export type Belief = { label: string; value: string };

const riskWords = ({ risk, dueKind }: Row): string =>
  risk === null
    ? "no forecast"
    : `${Math.round(risk * 100)} % likely to miss its ${dueKind === "ship" ? "truck" : "delivery"}`;

function listOf({ holds, exceptions, flags }: Row): string {
  const all = [
    ...holds.map(({ code }) => `on hold: ${holdWords(code)}`),
    ...[...exceptions, ...flags].map(codeWords),
  ];
  return all.join(", ");
}

/** Lines with nothing to say are left out. */
export function beliefsOf(row: Row, format: SiteFormat, now: number): Belief[] {
  const near = (at: number | null | undefined) => (at == null ? "" : format.near(at, now));
  const lines: [string, string][] = [
    ["Severity", SEVERITY_WORDS[row.sev].word],
    ["Risk", riskWords(row)],
    ["Why", row.why ?? ""],
    ["Stage", `${STAGE_WORDS[row.stage]} for ${duration(Math.max(0, now - row.stageSince))}`],
    [row.dueKind === "ship" ? "Ship by" : "Deliver by", near(row.due)],
    ["Act before", near(row.actBy)],
    ["Truck", row.pickup === null ? "" : `${pickupName(row.pickup.id)}, ${near(row.pickup.at)}`],
    ["Carrier", [row.carrier, row.service].filter(Boolean).join(" ")],
    ["Station", row.station ?? ""],
    ["Marks", listOf(row)],
    ["Owner", row.owner ?? ""],
    ["Incident", row.incident ?? ""],
    ["Lines", `${count(row.lines)}, units ${count(row.units)}`],
  ];
  return lines.filter(([, value]) => value !== "").map(([label, value]) => ({ label, value }));
}
