/** A deadline in words: whose it is, what by when, and how it stands. Instants are epoch ms. */
import { duration, type SiteFormat } from "../ui/format.ts";
import { codeWords, isStage, STAGE_WORDS } from "../ui/words.ts";
import type { DeadlineView } from "./order-view.ts";

export type DeadlineWords = {
  key: string;
  whose: string;
  what: string;
  when: string;
  tip: string;
  state: string;
  how: string[];
};

const WHOSE = { deliver: "customer", ship: "ours", milestone: "step" } as const;

const nameOf = (deadline: DeadlineView): string => {
  if (deadline.kind !== "milestone") return deadline.name;
  const key = deadline.name.replaceAll(" ", "_");
  return isStage(key) ? STAGE_WORDS[key] : codeWords(deadline.name);
};

/** `now` is null for an order that is closed: what was not judged by then stays unknown. */
function stateOf(deadline: DeadlineView, now: number | null): string {
  if (deadline.state === "paused") return "‖ paused while on hold";
  if (deadline.state === "met") return "kept";
  if (deadline.state === "missed") return "▲ missed";
  if (now === null) return "not known";
  const left = deadline.at - now;
  return left >= 0 ? `${duration(left)} left` : `▲ ${duration(left)}`;
}

export function deadlineWords(
  deadline: DeadlineView,
  format: SiteFormat,
  now: number,
  isClosed = false,
): DeadlineWords {
  const basis = deadline.basis === "given" ? "given by the shop" : "";
  return {
    key: `${deadline.kind}${deadline.name}${deadline.at}`,
    whose: WHOSE[deadline.kind],
    what: nameOf(deadline),
    when: format.near(deadline.at, now),
    tip: format.everywhere(deadline.at),
    state: stateOf(deadline, isClosed ? null : now),
    how: deadline.how.length > 0 || basis === "" ? deadline.how : [basis],
  };
}
