/** Entry of the thread that measures ahead: batch in, measures out, one after the other. */
import { parentPort } from "node:worker_threads";
import type { SitePolicy } from "../domain/site.ts";
import { measureAhead, type Batch, type MeasuredAhead } from "./measuring.ts";

/** `rules`: those that the batch needs and no batch before it needed */
export type Asked = { batch: Batch; rules: SitePolicy[] };
export type Answer = Omit<MeasuredAhead, "orders"> & {
  orders: [string, MeasuredAhead["orders"] extends Map<string, infer One> ? One : never][];
};

const kept = new Map<string, SitePolicy>();

function policyOf(site: string, version: number): SitePolicy {
  const policy = kept.get(`${version} ${site}`);
  if (policy === undefined) throw new Error(`version ${version} of the rules is not known`);
  return policy;
}

parentPort?.on("message", ({ batch, rules }: Asked) => {
  for (const policy of rules) kept.set(`${policy.version} ${batch.site}`, policy);
  const { orders, ...rest } = measureAhead(batch, (version) => policyOf(batch.site, version));
  const answer: Answer = { ...rest, orders: [...orders] };
  parentPort?.postMessage(answer, rest.gains === null ? [] : [rest.gains.numbers.buffer]);
});
