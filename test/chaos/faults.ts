/** Kills one part after the other, each when the last victim is up again: on a busy machine unconditional kills only prove that nothing runs. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Tower } from "../support/tower.ts";
import { SITE } from "./load.ts";
import { type Random, below, oneOf } from "./random.ts";

export type Victim = "server" | "workers" | "redis";
export type Kill = { victim: Victim; backMs: number };

const READY_WITHIN_MS = 60_000;

async function strike(tower: Tower, victim: Victim): Promise<void> {
  if (victim === "redis") {
    await tower.redis.kill("SIGKILL");
    await tower.redis.restart();
    return;
  }
  const part = victim === "server" ? tower.server : tower.workers[0]!;
  await part.kill("SIGKILL");
  part.start();
}

let probes = 0;

/** True once a fresh event has gone all the way through, and the server says that it is ready. */
async function isUp(tower: Tower): Promise<boolean> {
  const init = { signal: AbortSignal.timeout(2_000) };
  const ready = await tower.request("/readyz", init).then(
    (response) => response.ok,
    () => false,
  );
  return ready && (await goesThrough(tower).catch(() => false));
}

async function goesThrough(tower: Tower): Promise<boolean> {
  const id = `probe-${process.pid}-${probes++}`;
  const occurredAt = new Date().toISOString();
  const event = { id, source: "chaos/probe", type: "system.canary", site: SITE, occurredAt };
  const posted = await tower.post([event]);
  if (posted.status !== 202) return false;
  const giveUpAt = Date.now() + 3_000;
  while (Date.now() < giveUpAt) {
    const fate = (await (await tower.request(`/api/v1/events/chaos%2Fprobe/${id}`)).json()) as {
      state?: string;
    };
    if (fate.state === "applied") return true;
    await sleep(20);
  }
  return false;
}

/** One kill and the way back; rejects when the part does not come back. */
export async function killOne(
  tower: Tower,
  random: Random,
  victims: readonly Victim[],
): Promise<Kill> {
  const victim = oneOf(random, victims);
  await sleep(below(random, 700));
  const from = Date.now();
  await strike(tower, victim);
  while (!(await isUp(tower))) {
    if (Date.now() - from > READY_WITHIN_MS)
      throw new Error(`${victim} did not come back:\n${tower.server.output().slice(-3_000)}`);
    await sleep(50);
  }
  return { victim, backMs: Date.now() - from };
}
