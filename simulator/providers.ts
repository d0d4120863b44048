/** A 3PL that fulfills a share of the orders on its own floor, and tells of it in its own time. */
import { schedule } from "./agenda.ts";
import { handOver } from "./carriers.ts";
import { MINUTE } from "./local-time.ts";
import type { Flow, Simulation } from "./model.ts";
import { packParcels } from "./parcels.ts";
import { chance, diceOf, exponential, logNormal } from "./random.ts";
import { sourceOf, tell, wmsOf } from "./tell.ts";

const REJECTS = 0.03;
const PICK_MINUTES = 130;
const PACK_MINUTES = 45;
const STAGE_MINUTES = 8;
const LEAVE_MINUTES = 45;

type Step = "rejected" | "picked" | "packed" | "staged" | "left";

export function sendToProvider(simulation: Simulation, flow: Flow): void {
  const { plan, state } = simulation;
  const dice = diceOf(plan.seed, "provider", flow.id);
  flow.stage = "picking";
  flow.times.released = state.now;
  tell(simulation, flow, {
    type: "order.released",
    at: state.now,
    source: wmsOf(plan),
    data: { to: flow.node },
  });
  const isRejected = chance(dice, REJECTS);
  const minutes = isRejected ? exponential(dice, 20) + 1 : logNormal(dice, PICK_MINUTES, 0.6);
  plan3pl(simulation, flow, isRejected ? "rejected" : "picked", minutes);
}

const plan3pl = (simulation: Simulation, flow: Flow, step: Step, minutes: number): void =>
  schedule(simulation, Math.floor(simulation.state.now + minutes * MINUTE), {
    kind: "provider",
    flow,
    step,
  });

export function providerStep(simulation: Simulation, flow: Flow, step: Step): void {
  if (flow.stage === "ended") return;
  const { plan, state } = simulation;
  const dice = diceOf(plan.seed, "provider", flow.id, step);
  const told = { at: state.now, source: sourceOf(plan, "3pl", flow.node.replace(/^3pl-/, "")) };
  switch (step) {
    case "rejected":
      tell(simulation, flow, {
        ...told,
        type: "order.rejected",
        data: { by: flow.node, reason: "no capacity today" },
      });
      flow.node = "floor";
      flow.stage = "allocated";
      state.toRelease.push(flow);
      return;
    case "picked":
      flow.times.picked = state.now;
      tell(simulation, flow, { ...told, type: "pick.completed" });
      return plan3pl(simulation, flow, "packed", logNormal(dice, PACK_MINUTES, 0.6));
    case "packed":
      flow.times.packed = state.now;
      flow.stage = "docking";
      tell(simulation, flow, {
        ...told,
        type: "pack.completed",
        data: { parcels: packParcels(plan, flow) },
      });
      return plan3pl(simulation, flow, "staged", logNormal(dice, STAGE_MINUTES, 0.6));
    case "staged":
      flow.times.staged = state.now;
      flow.stage = "staged";
      for (const { parcelId } of flow.parcels)
        tell(simulation, flow, { ...told, type: "parcel.staged", data: { parcelId } });
      return plan3pl(simulation, flow, "left", logNormal(dice, LEAVE_MINUTES, 0.4));
    default:
      return handOver(simulation, flow, state.now, told.source);
  }
}
