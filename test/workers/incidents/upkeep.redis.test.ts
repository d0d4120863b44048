import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import { freshKey, keyRecord } from "../../../domain/contract/personal-keys.ts";
import type { DueCheck } from "../../../domain/incidents/due-check.ts";
import type { Incident } from "../../../domain/incidents/incident.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import { aLadder, anIncident, aRulebook } from "../../domain/incidents/fixtures.ts";
import { redisMissing } from "../../support/redis.ts";
import { type Stand, startStand } from "../stand.ts";

const DAY = 86_400_000;
const SETTINGS = { logHours: 24, logBytes: 1e9, closedDays: 30 };

describe.skipIf(redisMissing)("what incidents leave behind", () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.stop());

  const policies = { ...DEFAULT_POLICIES, ladders: [aLadder([5])] };
  const book = aRulebook(policies);
  async function newSite(incidents: Incident[]) {
    const site = await stand.newSite({ shifts: [] });
    const stored = { site: site.id, version: 1, policies, history: [] };
    await stand.send("HSET", GLOBAL_KEYS.policies, site.id, JSON.stringify(stored));
    for (const one of incidents) {
      await stand.send("HSET", site.keys.incidents, one.id, JSON.stringify(one));
      await stand.send("HSET", site.keys.incidentMembers, one.id, "[]");
      await stand.send("HSET", site.keys.incidentCauses, one.cause, one.id);
      if (one.resolution !== null)
        await stand.send("ZADD", site.keys.incidentClosings, String(one.resolution.at), one.id);
    }
    const own = await site.worker();
    // the first commit of a Redis is refused, to find out what it was written under
    await site.post([site.received("A")]);
    await own.drain();
    return { ...site, own };
  }
  const resolvedAgo = (id: string, ms: number): Incident => {
    const resolution = { at: Date.now() - ms, code: "cleared", words: "gone" };
    return anIncident({ id, cause: id, state: "resolved", resolution, ladder: null });
  };
  const fields = async (key: string) => (await stand.send<string[]>("HKEYS", key)).toSorted();

  test("resolved ones go out of the way after a day, and for good after thirty", async () => {
    const site = await newSite([
      resolvedAgo("INC-1", DAY / 2),
      resolvedAgo("INC-2", 2 * DAY),
      anIncident({ id: "INC-3", cause: "INC-3" }, book),
    ]);
    await stand.send("HSET", site.keys.incidentsClosed, "INC-0", "{}");
    await stand.send("ZADD", site.keys.incidentClosings, String(Date.now() - 31 * DAY), "INC-0");
    await stand.send("HSET", site.keys.incidentCauses, "INC-2", "INC-9");
    await site.own.upkeep(SETTINGS);
    expect(await fields(site.keys.incidents)).toEqual(["INC-1", "INC-3"]);
    expect(await fields(site.keys.incidentMembers)).toEqual(["INC-1", "INC-3"]);
    expect(await fields(site.keys.incidentsClosed)).toEqual(["INC-2"]);
    // another incident has that cause now
    expect(await fields(site.keys.incidentCauses)).toEqual(["INC-1", "INC-2", "INC-3"]);
    expect(await stand.send("ZRANGE", site.keys.incidentClosings, "0", "-1")).toEqual([
      "INC-2",
      "INC-1",
    ]);
  });

  test("openings, fates and calls go when their time is over", async () => {
    const site = await newSite([]);
    const now = Date.now();
    await stand.send(
      "ZADD",
      site.keys.incidentOpenings,
      String(now - 3 * DAY),
      "old",
      String(now),
      "new",
    );
    await stand.send("HSET", site.keys.incidentFates, `${now - 3 * DAY}-0`, "{}", `${now}-0`, "{}");
    await site.own.upkeep(SETTINGS);
    expect(await stand.send("ZRANGE", site.keys.incidentOpenings, "0", "-1")).toEqual(["new"]);
    expect(await fields(site.keys.incidentFates)).toEqual([`${now}-0`]);
  });

  test("one thing that cannot be kept within bounds keeps no other from it", async () => {
    const site = await newSite([]);
    await stand.send("SET", site.keys.tries, "of another type");
    await stand.send(
      "HSET",
      site.keys.personalKeys,
      "SO-0",
      keyRecord(freshKey("x".repeat(32), 1)),
    );
    await expect(site.own.upkeep(SETTINGS)).rejects.toThrow("WRONGTYPE");
    expect(await fields(site.keys.personalKeys)).toEqual([]);
  });

  const auditOf = async (key: string) =>
    JSON.parse((await stand.send<string | null>("GET", key)) ?? "{}") as DueCheck;

  test("the auditor finds a timer that is not there, and sets it again", async () => {
    const openedAt = Date.now() - 60_000;
    const site = await newSite([anIncident({ id: "INC-1", openedAt }, book)]);
    expect(await site.own.audit()).toBe(true);
    expect(await auditOf(site.keys.escalationAudit)).toMatchObject({
      lost: [{ incident: "INC-1" }],
      missed: [],
    });
    const due = await stand.send<string>("ZSCORE", site.keys.incidentDue, "INC-1");
    expect(Number(due)).toBe(openedAt + 300_000);
    // once a minute over all processes
    expect(await (await site.worker()).audit()).toBe(false);
    // nor never again, where the clock was set back by hours since
    const later = { ...(await auditOf(site.keys.escalationAudit)), at: Date.now() + 7_200_000 };
    await stand.send("SET", site.keys.escalationAudit, JSON.stringify(later));
    expect(await (await site.worker()).audit()).toBe(true);
    expect((await auditOf(site.keys.escalationAudit)).at).toBeLessThan(later.at);
  });

  test("what nobody saw to is said loudly, and seen to", async () => {
    const site = await newSite([anIncident({ id: "INC-1", openedAt: Date.now() - 600_000 }, book)]);
    const errors: string[] = [];
    const log = { error: (_facts: object, words: string) => void errors.push(words) };
    const worker = await site.worker({ log: log as never });
    await worker.audit();
    expect((await auditOf(site.keys.escalationAudit)).missed).toHaveLength(1);
    expect(errors.join()).toContain("1 missed");
    const [text = ""] = await stand.send<string[]>("HVALS", site.keys.incidents);
    expect((JSON.parse(text) as Incident).ladder?.fired).toMatchObject([{ late: true }]);
  });
});
