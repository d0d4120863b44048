import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import { decodeOutboxEntry } from "../../../domain/contract/webhooks.ts";
import type { Notice } from "../../../domain/incidents/notice.ts";
import { anIncident } from "../../domain/incidents/fixtures.ts";
import { redisMissing } from "../../support/redis.ts";
import { type Stand, startStand } from "../stand.ts";

describe.skipIf(redisMissing)("a flood of alarms", () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.stop());

  test("calls the next role once, by whoever looks, and says when it is over", async () => {
    const site = await stand.newSite({ shifts: [] });
    const { keys } = site;
    const workers = await Promise.all([site.worker(), site.worker()]);
    await site.post([site.received("A")]);
    await workers[0]!.drain();
    await stand.send(
      "HSET",
      GLOBAL_KEYS.users,
      "petra",
      JSON.stringify({ name: "petra", role: "coordinator", sites: [site.id], disabled: false }),
    );
    const incident = anIncident({ id: "INC-1", ladder: null });
    await stand.send("HSET", keys.incidents, "INC-1", JSON.stringify(incident));
    for (let n = 0; n < 12; n += 1) {
      const call = {
        at: Date.now() - n * 1_000,
        kind: "order_delay",
        targets: [],
        people: ["petra"],
      };
      await stand.send("XADD", keys.annunciations, "*", "f", JSON.stringify(call));
    }
    const notices = async (): Promise<Notice[]> =>
      (await stand.send<[string, string[]][]>("XRANGE", keys.outbox, "-", "+")).flatMap(
        ([, fields]) => {
          const entry = decodeOutboxEntry(fields[1] ?? "");
          return "notice" in entry ? [entry.notice] : [];
        },
      );
    const minute = async () => {
      await stand.send("DEL", keys.escalationAudit);
      await Promise.all(workers.map((worker) => worker.audit()));
    };
    await minute();
    await minute();
    expect(await notices()).toMatchObject([
      { why: "flood", incident: "INC-1", targets: [{ to: "role", role: "lead" }], important: true },
    ]);
    expect(JSON.parse((await stand.send<string>("GET", keys.floods)) ?? "{}")).toHaveProperty(
      "coordinator",
    );
    await stand.send("DEL", keys.annunciations);
    await minute();
    const [, over] = await notices();
    expect(over?.words).toContain("is over");
    expect(await stand.send("GET", keys.floods)).toBe("{}");
  });
});
