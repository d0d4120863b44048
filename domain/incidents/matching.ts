/** Which incident a detection is: by its cause, by its attributes, by its orders. */
import { isInTransit } from "./attributes.ts";
import type { Detection } from "./detection.ts";
import type { Attribute, Incident, IncidentKind } from "./incident.ts";

export type KnownIncident = { incident: Incident; members: readonly string[] };

const LEAST_JACCARD = 0.3;

export function jaccard(a: ReadonlySet<string>, b: readonly string[]): number {
  let both = 0;
  for (const id of b) if (a.has(id)) both += 1;
  const either = a.size + b.length - both;
  return either === 0 ? 0 : both / either;
}

const itemOf = (attributes: readonly Attribute[]): string =>
  attributes
    .map(({ name, value }) => `${name}=${value}`)
    .sort()
    .join("|");

const isOnWay = (attributes: readonly Attribute[]): boolean => attributes.some(isInTransit);

/** Kinds whose causes are told by their orders, and may be named differently from one look to the next. */
const MANY: ReadonlySet<IncidentKind> = new Set(["common_cause", "pickup_endangered"]);

/** 0 = another one; the higher, the surer. Both are of many orders. */
function sameness({ incident, members }: KnownIncident, detection: Detection): number {
  if (itemOf(incident.attributes) === itemOf(detection.attributes)) return 2;
  // orders take their delay along: what happened on the floor is not what happens on the way
  if (isOnWay(incident.attributes) !== isOnWay(detection.attributes)) return 0;
  const share = jaccard(new Set(members), detection.members);
  return share >= LEAST_JACCARD ? share : 0;
}

type Matched = { taken: Map<KnownIncident, Detection>; left: Detection[] };

/** By the cause itself; of several that had it the newest. */
function matchByCause(known: readonly KnownIncident[], detections: readonly Detection[]): Matched {
  const byCause = new Map<string, KnownIncident>();
  for (const one of known) {
    const other = byCause.get(one.incident.cause);
    if (other === undefined || other.incident.openedAt <= one.incident.openedAt)
      byCause.set(one.incident.cause, one);
  }
  const taken = new Map<KnownIncident, Detection>();
  const left: Detection[] = [];
  for (const detection of detections) {
    const one = byCause.get(detection.cause);
    if (one === undefined || taken.has(one)) left.push(detection);
    else taken.set(one, detection);
  }
  return { taken, left };
}

/** By cause, then those of many orders by what they have in common, the surest pairs first. Each side is taken once. */
export function match(known: readonly KnownIncident[], detections: readonly Detection[]): Matched {
  const { taken, left } = matchByCause(known, detections);
  const common = left.filter(({ kind }) => MANY.has(kind));
  const free = known.filter((one) => MANY.has(one.incident.kind) && !taken.has(one));
  const pairs = free.flatMap((one) =>
    common.map((detection) => ({ one, detection, by: sameness(one, detection) })),
  );
  pairs.sort((a, b) => b.by - a.by || b.one.incident.openedAt - a.one.incident.openedAt);
  const used = new Set<Detection>();
  for (const { one, detection, by } of pairs) {
    if (by === 0 || taken.has(one) || used.has(detection)) continue;
    taken.set(one, detection);
    used.add(detection);
  }
  return { taken, left: left.filter((detection) => !used.has(detection)) };
}
