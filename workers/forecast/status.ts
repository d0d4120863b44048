/** What others may know of a site's forecast: on what it rests, and how each process goes. */
import type { ForecastStatus } from "../../domain/contract/stored.ts";
import type { LaneView } from "../../domain/forecast/floor.ts";
import type { Pass } from "../../domain/forecast/pass.ts";
import { statedRate, type Process, type SitePlan } from "../../domain/forecast/plan.ts";
import { casesOf, LEAST_CASES } from "../../domain/forecast/provider.ts";
import { passShare } from "../../domain/forecast/state.ts";
import type { Pace, Paces } from "../../domain/truck-outlook.ts";
import type { Silence } from "../../domain/silence.ts";
import type { Model } from "./model.ts";

function paceOf(model: Model, lanes: readonly LaneView[], plan: SitePlan): Pace {
  const [first] = lanes;
  if (first === undefined) return {};
  const rate = lanes.reduce((sum, { capacity }) => sum + capacity.currentRate, 0);
  const planned = lanes.reduce((sum, { capacity }) => sum + (capacity.heads ?? 0), 0);
  const stated = statedRate(plan.site, first.process);
  const people = planned > 0 ? planned : (stated?.stations ?? 0);
  const share = passShare(model.floor, first.process);
  if (people === 0 || rate === 0) return { share };
  return { people, ratePerPerson: rate / people, share };
}

function providerOf({ providers }: Model, node: string) {
  const orders = casesOf(providers, node);
  return { node, orders, isEnough: orders >= LEAST_CASES };
}

export function statusOf(
  model: Model,
  pass: Pass,
  plan: SitePlan,
  silent: Iterable<Silence>,
): ForecastStatus {
  const paces: Paces = {};
  const byProcess = new Map<Process, LaneView[]>();
  for (const lane of pass.floor.lanes) {
    if (!lane.capacity.isKnown) continue;
    byProcess.set(lane.process, [...(byProcess.get(lane.process) ?? []), lane]);
  }
  for (const [process, lanes] of byProcess) paces[process] = paceOf(model, lanes, plan);
  const { since, settled } = model.floor;
  const orders = pass.forecasts.length;
  const { now: at, basis } = pass;
  const providers = (plan.site.nodes ?? []).map(({ id }) => providerOf(model, id));
  return { at, basis, since, settled, orders, paces, providers, silent: [...silent] };
}
