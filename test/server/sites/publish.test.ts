/** The sites file at a start, beside what was changed through the API since it was last taken. */
import { describe, expect, test } from "vitest";
import type { Site } from "../../../domain/site.ts";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import { createAudit } from "../../../server/audit.ts";
import { createSites } from "../../../server/sites/book.ts";
import { createSitesDesk } from "../../../server/sites/desk.ts";
import { createSitesHistory } from "../../../server/sites/history.ts";
import { createSitesFollower } from "../../../server/sites/follower.ts";
import { createPublishing } from "../../../server/sites/publish.ts";
import { aSite } from "../../support/builders.ts";
import { memoryAudit, type MemoryAudit } from "../memory-audit.ts";
import { memorySites } from "../memory-sites.ts";

const IN_2026 = Date.parse("2026-06-01T00:00:00Z");
const asker = { name: "ana", where: "here", seesPeople: true };

type Kept = { audit: MemoryAudit; year?: number };

/** A server that starts with this file on what is kept. */
async function start(kept: Kept, file: Site[]) {
  const warnings: string[] = [];
  const book = createSites(file);
  const store = memorySites(kept.audit);
  const audit = createAudit(kept.audit.store);
  const now = () => IN_2026 + (kept.year ?? 0) * 366 * 86_400_000;
  const follower = createSitesFollower(book, store, () => undefined);
  const common = { store, follower, audit: () => audit, now };
  const desk = createSitesDesk({ ...common, book, openOrders: () => null });
  const publishAgain = createPublishing({ ...common, warn: (words) => warnings.push(words) });
  const publish = () => publishAgain(file);
  await publish();
  const own = file.map(({ id }) => id);
  const put = (sites: Site[]) =>
    desk.change(asker, { sites, own, ifVersion: undefined, dryRun: false });
  const history = createSitesHistory(store);
  return { book, history, put, publish, follower, warnings };
}
const named = (name: string): Site[] => [aSite({ name })];

describe("a sites file at a start", () => {
  test("is version 1, kept with its audit entry, and again the same changes nothing", async () => {
    const kept = { audit: memoryAudit() };
    const { book, history } = await start(kept, named("Berlin"));
    expect(book.version()).toBe(1);
    expect(kept.audit.entries()).toMatchObject([
      { who: "system", what: "sites.changed", site: "BER1", after: { version: 1 } },
    ]);
    expect(await history.versions(asker, () => true)).toMatchObject([{ version: 1, from: "file" }]);
    expect((await start(kept, named("Berlin"))).book.version()).toBe(1);
    expect(kept.audit.entries()).toHaveLength(1);
  });

  test("that did not change undoes nothing of what was changed through the API", async () => {
    const kept = { audit: memoryAudit() };
    await (await start(kept, named("Berlin"))).put(named("Spandau"));
    const { book, warnings } = await start(kept, named("Berlin"));
    expect([book.version(), book.get("BER1")?.site.name]).toEqual([2, "Spandau"]);
    expect(warnings).toEqual([]);
  });

  test("that changed wins with a warning, and what it replaced can be read", async () => {
    const kept = { audit: memoryAudit() };
    await (await start(kept, named("Berlin"))).put(named("Spandau"));
    const { book, history, warnings } = await start(kept, named("Tegel"));
    expect([book.version(), book.get("BER1")?.site.name]).toEqual([3, "Tegel"]);
    expect(warnings).toEqual([
      expect.stringMatching(/replaces version 2 of the sites, by ana; GET \S+ has that$/),
    ]);
    const names = [1, 2, 3, 4].map(async (one) => (await history.at(one))?.map(({ name }) => name));
    expect(await Promise.all(names)).toEqual([["Berlin"], ["Spandau"], ["Tegel"], undefined]);
  });

  test("that came to say what holds anyway is the one last taken, without another version", async () => {
    const kept = { audit: memoryAudit() };
    const { put } = await start(kept, named("Berlin"));
    await put(named("Spandau"));
    const agreeing = await start(kept, named("Spandau"));
    expect([agreeing.book.version(), agreeing.warnings]).toEqual([2, []]);
    await agreeing.put(named("Tegel"));
    const { book } = await start(kept, named("Spandau"));
    expect(book.get("BER1")?.site.name).toBe("Tegel");
  });

  test("brings sites and takes them away", async () => {
    const kept = { audit: memoryAudit() };
    await start(kept, [aSite(), aSite({ id: "NYC1" })]);
    const { history, warnings } = await start(kept, [aSite(), aSite({ id: "LON1" })]);
    expect(warnings[0]).toMatch(/; it has no NYC1: what is there is kept/);
    const [last] = await history.versions(asker, () => true);
    expect(last?.changes).toEqual([
      { site: "LON1", parts: [], words: ["is new"] },
      { site: "NYC1", parts: [], words: ["is gone"] },
    ]);
    expect((await history.at(1))?.map(({ id }) => id)).toEqual(["BER1", "NYC1"]);
  });

  describe("beside servers of the version before", () => {
    /** As such a server leaves it. */
    async function beside(version: number, sites: Site[], audit = memoryAudit()) {
      await memorySites(audit).tellBefore(JSON.stringify({ version, sites }));
      return { audit };
    }

    test("goes on from their versions: orders name them", async () => {
      const same = await start(await beside(7, named("Berlin")), named("Berlin"));
      expect(same.book.version()).toBe(7);
      const other = await start(await beside(7, named("Berlin")), named("Tegel"));
      expect(other.book.version()).toBe(8);
    });

    test("tells them what is in force", async () => {
      const kept = { audit: memoryAudit() };
      await (await start(kept, named("Berlin"))).put(named("Spandau"));
      const told = JSON.parse((await memorySites(kept.audit).before()) ?? "");
      expect(told).toMatchObject({ version: 2, sites: [{ name: "Spandau" }] });
    });

    test("uses none of their versions again when one of them ran in between", async () => {
      const kept = { audit: memoryAudit() };
      await (await start(kept, named("Berlin"))).put(named("Spandau"));
      await beside(3, named("Berlin"), kept.audit);
      const { book, history } = await start(kept, named("Berlin"));
      expect([book.version(), book.get("BER1")?.site.name]).toEqual([4, "Spandau"]);
      expect((await history.at(2))?.map(({ name }) => name)).toEqual(["Spandau"]);
      expect((await start(kept, named("Berlin"))).book.version()).toBe(4);
    });
  });

  test("gets the public holidays of another year", async () => {
    const kept: Kept = { audit: memoryAudit() };
    const file = [aSite({ holidays: { country: "DE" } })];
    const closedOn = (site: Site | undefined, date: string) =>
      site?.closures?.some((day) => day.date === date);
    expect(closedOn((await start(kept, file)).book.get("BER1")?.site, "2028-01-01")).toBe(false);
    const { book, warnings } = await start({ ...kept, year: 1 }, file);
    expect([book.version(), closedOn(book.get("BER1")?.site, "2028-01-01")]).toEqual([2, true]);
    expect(warnings).toEqual([]);
  });
});

test("a store that lost everything gets what held here, not the file again", async () => {
  const kept = { audit: memoryAudit() };
  const { put, publish, follower, book } = await start(kept, named("Berlin"));
  await put(named("Spandau"));
  kept.audit.hashes.delete(GLOBAL_KEYS.sites);
  await follower.follow();
  expect(book.get("BER1")?.site.name).toBe("Spandau");
  await publish();
  const { book: next } = await start(kept, named("Berlin"));
  expect([next.version(), next.get("BER1")?.site.name]).toEqual([2, "Spandau"]);
});

test("a server takes no site it was not started with, and says so", async () => {
  const book = createSites(named("Berlin"));
  const { strange } = book.take({ version: 4, sites: [...named("Tegel"), aSite({ id: "LON1" })] });
  expect([strange, book.all().map(({ name }) => name)]).toEqual([["LON1"], ["Tegel"]]);
});

test("what did not change stays the same thing, so that its calendar is not made again", () => {
  const book = createSites([aSite(), aSite({ id: "NYC1" })]);
  const [berlin, newYork] = book.all();
  book.take({ version: 2, sites: [aSite({ name: "Tegel" }), aSite({ id: "NYC1" })] });
  expect(book.all()[0]).not.toBe(berlin);
  expect(book.all()[1]).toBe(newYork);
});
