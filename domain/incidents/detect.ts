/**
 * Finds every cause of trouble that is there at a moment. First the causes that a site or an order carries by itself, then those that many orders have in common; whatever is in
 * trouble and explained by none of them is found singly. An order that is in trouble stands in exactly one detection, but for orders that a silent source makes blind.
 */
import { commonCauses } from "./causes.ts";
import { isEnabled, OWN_CAUSES } from "./conditions.ts";
import { delayedOrders } from "./delays.ts";
import type { Detection, Scene } from "./detection.ts";
import { lookAt, type Look } from "./finding.ts";
import { poisonEvents, silentSources } from "./site-conditions.ts";

/** Takes each order once: a detection whose orders all have another cause already falls away. */
function claim(taken: Set<string>, detections: readonly Detection[]): Detection[] {
  return detections.filter(({ members }) => {
    const isNew = members.some((id) => !taken.has(id));
    for (const id of members) taken.add(id);
    return isNew;
  });
}

function ownCauses(look: Look, taken: Set<string>): Detection[] {
  return OWN_CAUSES.flatMap(([kind, find]) =>
    isEnabled(look, kind) ? claim(taken, find(look)) : [],
  );
}

function siteCauses(look: Look): Detection[] {
  return [
    ...(isEnabled(look, "source_silent") ? silentSources(look) : []),
    ...(isEnabled(look, "poison_events") ? poisonEvents(look) : []),
  ];
}

export function detect(scene: Scene): Detection[] {
  const look = lookAt(scene);
  const taken = new Set<string>();
  const found = [...siteCauses(look), ...ownCauses(look, taken)];
  found.push(...commonCauses(look, taken));
  if (isEnabled(look, "order_delay")) found.push(...delayedOrders(look, (id) => taken.has(id)));
  return found;
}
