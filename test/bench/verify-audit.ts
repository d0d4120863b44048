/** How long checking a million audit entries takes, as `ct verify-audit --file` does it: `node test/bench/verify-audit.ts [entries]`. The budget is 60 s a million, of this process' own time: what else runs on the machine is not counted. */
import { checkAudit } from "../../bin/commands/verify-audit.ts";
import { NO_HEAD, entryOf, headOf, linkAfter } from "../../server/audit/chain.ts";

const count = Number(process.argv[2] ?? 1_000_000);
/** microseconds of processor time so far */
const usedUs = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
let madeUs = 0;

async function* lines() {
  let head = NO_HEAD;
  for (let n = 1; n <= count; n += 1) {
    const from = usedUs();
    const subject = `SO-${100_000 + n}`;
    const states = { before: { holds: [] }, after: { holds: ["ADDRESS"], owner: "ben" } };
    const link = linkAfter(
      head,
      { who: "ann", what: "order.hold", site: "BER1", subject, ...states },
      n,
    );
    head = headOf(link);
    const line = JSON.stringify(entryOf(link));
    madeUs += usedUs() - from;
    yield line;
  }
}

const [startedAt, from] = [performance.now(), usedUs()];
const checked = await checkAudit({ lines: lines() });
const seconds = (usedUs() - from - madeUs) / 1e6;
const wall = (performance.now() - startedAt) / 1_000;
const perMillion = (seconds / count) * 1_000_000;
console.log(
  `${count} entries checked in ${seconds.toFixed(1)} s (${perMillion.toFixed(1)} s a million; ${wall.toFixed(0)} s went by, making them included), ${checked.found} findings`,
);
if (perMillion > 60 || checked.found > 0) process.exitCode = 1;
