/** Causes that a site has as a whole: sources that are silent, events that could not be applied. */
import { countOf, ordersIn } from "../counted.ts";
import type { Silence } from "../silence.ts";
import { MINUTE_MS } from "../wall-clock.ts";
import type { Detection } from "./detection.ts";
import { detectionOf, type Look } from "./finding.ts";
import { thresholdsOf } from "./policies.ts";
import type { Standing } from "./standing.ts";
import { clock, providerName } from "./words.ts";

/** Orders of which nothing can be known while it is silent. With one silent source, all blind orders are blind because of it. */
function blindTo(look: Look, source: string): Standing[] {
  const isOnly = look.silent.length === 1;
  const blind: Standing[] = [];
  for (const [id, candidate] of look.orders) {
    if (candidate.row.sev !== "unknown") continue;
    if (candidate.blind !== source && !(isOnly && candidate.blind === undefined)) continue;
    const standing = look.standing(id);
    if (standing !== undefined) blind.push(standing);
  }
  return blind;
}

/** A provider is called by its own name: `3pl/north` is the node `3pl-north`. */
function nameOf(look: Look, { source, name }: Silence): string {
  if (name !== source) return name;
  const id = source.replace("/", "-");
  const known = providerName(look, id);
  return known === id ? source : known;
}

export function silentSources(look: Look): Detection[] {
  return look.silent.map((silence) => {
    const orders = blindTo(look, silence.source);
    const name = nameOf(look, silence);
    const minutes = Math.round((look.now - silence.since) / MINUTE_MS);
    return detectionOf(
      {
        kind: "source_silent",
        cause: `source|${silence.source}`,
        title: `${name} silent since ${clock(look, silence.since)}`,
        members: orders,
        attributes: [{ name: "source", value: silence.source }],
        sources: [silence.source],
        reasons: [
          `Nothing for ${minutes} min; that is longer than usual since ${clock(look, silence.silentAt)}`,
          ...(orders.length > 0
            ? [`${ordersIn(orders.length)} cannot be judged until it speaks`]
            : []),
        ],
        doThis: `Call whoever runs ${name} now; until it speaks, look at the floor itself`,
        inputs: { since: silence.since, silentAt: silence.silentAt, blind: orders.length },
        atLeast: Math.max(5, orders.length / 2),
      },
      look,
    );
  });
}

export function poisonEvents(look: Look): Detection[] {
  const { minimumEvents } = thresholdsOf(look.policies, "poison_events");
  return look.dead
    .filter(({ count }) => count > 0)
    .map(({ code, count, newestAt }) =>
      detectionOf(
        {
          kind: "poison_events",
          cause: `poison|${code}`,
          title: `${countOf(count, "event")} could not be applied: ${code}`,
          members: [],
          reasons: [`The newest came ${clock(look, newestAt)}`],
          doThis: "Look at the dead letters, mend what sends them, and replay them",
          inputs: { count, newestAt, minimumEvents },
          isFaint: count < minimumEvents,
          atLeast: Math.min(25, count),
        },
        look,
      ),
    );
}
