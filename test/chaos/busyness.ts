/** How busy the machine is, as a ratio: what the same small work takes now against the least CPU that it cost when this run began. */

const WORK = JSON.stringify(
  Array.from({ length: 2_000 }, (_, at) => ({ id: `SO-${at}`, at, stage: "packed" })),
);

function workOnce(): number {
  const startedAt = performance.now();
  for (let times = 0; times < 4; times++) JSON.stringify(JSON.parse(WORK));
  return performance.now() - startedAt;
}

function cpuOfWork(): number {
  const before = process.cpuUsage();
  workOnce();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Calibrates itself when made. @returns a look at the machine, some ms long: 1 when it is free, 4 when all takes four times as long */
export function createBusyness(): () => number {
  for (let times = 0; times < 20; times++) workOnce();
  const least = Math.min(...Array.from({ length: 20 }, cpuOfWork).filter((ms) => ms > 0));
  return () => Math.max(1, workOnce() / least);
}
