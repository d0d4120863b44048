/** `GET|PUT /api/v1/config/sites` and its versions. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import type { SitesChanged, SitesVersion, StoredSites } from "../../../domain/contract/sites.ts";
import { DEFAULT_LADDER } from "../../../domain/incidents/policies.ts";
import type { Site } from "../../../domain/site.ts";
import { aRow } from "../../support/board-rows.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

let tower: FakeTower;
beforeEach(async () => {
  await tower?.app.close();
  tower = await fakeTower();
});
afterAll(() => tower.app.close());

type Answer = SitesChanged & {
  code: string;
  errors: { path: string; message: string }[];
  items: SitesVersion[];
  secret: string;
};
async function ask(method: "GET" | "PUT" | "POST", path: string, payload?: object, headers = {}) {
  const answer = await tower.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { ...BEARER, ...headers },
    ...(payload !== undefined && { payload }),
  });
  return { status: answer.statusCode, body: answer.json() as Answer };
}
const read = async () => (await ask("GET", "/config/sites")).body;
/** What GET answers, with another Berlin. */
async function berlin(change: (site: Site) => Site) {
  const { version, sites } = await read();
  return { version, sites: sites.map((site) => (site.id === "BER1" ? change(site) : site)) };
}
const renamed = (name: string) => berlin((site) => ({ ...site, name }));

/** A key for one site, with these scopes. */
async function keyFor(site: string, ...scopes: string[]) {
  const { body } = await ask("POST", "/keys", { name: "x", scopes, sites: [site] });
  return { authorization: `Bearer ${body.secret}` };
}

describe("the sites over HTTP", () => {
  test("what was read and is sent back changes nothing, holidays and all", async () => {
    const { status, body } = await ask("PUT", "/config/sites", await read());
    expect([status, body.version, body.changes]).toEqual([200, 1, []]);
  });

  test("a dry run says part by part what would change, for how many orders it would not, and writes nothing", async () => {
    tower.fill("BER1", [aRow(), aRow({ id: "SO-2" })]);
    const wish = await berlin((site) => ({
      ...site,
      name: "Spandau",
      closures: [...(site.closures ?? []), { date: "2026-12-24", name: "Christmas Eve" }],
    }));
    const { body } = await ask("PUT", "/config/sites?dryRun=true", wish);
    expect(body).toMatchObject({
      version: 1,
      dryRun: true,
      changes: [
        {
          site: "BER1",
          parts: ["name", "closures"],
          words: [
            expect.stringMatching(/^name is Spandau instead of /),
            "closed on 2026-12-24 (Christmas Eve)",
          ],
          openOrders: 2,
        },
      ],
    });
    expect(body.sites.find(({ id }) => id === "BER1")?.name).toBe("Spandau");
    expect((await read()).version).toBe(1);
    expect(tower.audit.entries().filter(({ what }) => what === "sites.changed")).toEqual([]);
  });

  test("a change holds at once, with a version, an author, its words and its audit entry", async () => {
    const { body } = await ask("PUT", "/config/sites", await renamed("Spandau"));
    expect([body.version, body.dryRun]).toEqual([2, false]);
    const after = await read();
    expect([after.version, after.sites[0]?.name]).toEqual([2, "Spandau"]);
    expect(tower.audit.entries().at(-1)).toMatchObject({
      who: "bootstrap",
      what: "sites.changed",
      site: "BER1",
      before: { version: 1 },
      after: { version: 2, changes: body.changes[0]?.words },
    });
    const { items } = (await ask("GET", "/config/sites/versions")).body;
    expect(items).toMatchObject([
      { version: 2, by: "bootstrap", from: "api", changes: [{ site: "BER1", parts: ["name"] }] },
    ]);
  });

  test("a version of before can be read, and one that is not kept is 404", async () => {
    const before = (await read()).sites[0]?.name;
    await ask("PUT", "/config/sites", await renamed("Spandau"));
    const { body } = await ask("GET", "/config/sites/versions/1?site=BER1");
    expect([body.version, body.sites.map(({ name }) => name)]).toEqual([1, [before]]);
    expect((await ask("GET", "/config/sites/versions/9")).status).toBe(404);
  });

  test.each(["version", "ifVersion"])(
    "nobody writes over what somebody else changed meanwhile (%s)",
    async (field) => {
      const { sites, version } = await renamed("Tegel");
      await ask("PUT", "/config/sites", await renamed("Spandau"));
      const late = await ask("PUT", "/config/sites", { sites, [field]: version });
      expect([late.status, late.body.code, late.body.version]).toEqual([409, "CT_ERR_CONFLICT", 2]);
      expect((await read()).sites[0]?.name).toBe("Spandau");
    },
  );

  test("two who change at the same moment do not undo each other, and the one refused is told the version", async () => {
    const [one, other] = [await renamed("Spandau"), await renamed("Tegel")];
    const answers = await Promise.all([
      ask("PUT", "/config/sites", one),
      ask("PUT", "/config/sites", other),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(answers.map(({ body }) => body.version)).toEqual([2, 2]);
  });

  test("a sites file is taken as it is", async () => {
    const { sites } = await renamed("Spandau");
    const file = { $schema: "sites.json", sites };
    expect((await ask("PUT", "/config/sites", file)).body.version).toBe(2);
  });

  test("two versions at once are none", async () => {
    const wish = { ...(await read()), ifVersion: 7 };
    const { status, body } = await ask("PUT", "/config/sites", wish);
    expect([status, body.errors[0]?.path]).toEqual([422, "/ifVersion"]);
  });

  test("every mistake is named with its place, and nothing is changed", async () => {
    const wish = await berlin((site) => ({
      ...site,
      timeZone: "Mars/Olympus",
      holidays: { country: "ZZ" },
      serviceLevels: site.serviceLevels.map((level) => ({ ...level, carrier: "Nobody" })),
    }));
    const { status, body } = await ask("PUT", "/config/sites", wish);
    expect([status, body.code]).toEqual([422, "CT_ERR_INVALID"]);
    const paths = body.errors.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "/sites/0/timeZone",
        "/sites/0/serviceLevels/0/carrier",
        "/sites/0/holidays/country",
      ]),
    );
    const formless = { sites: [{ id: "BER1", shifts: "all day", extra: 1 }] };
    const refused = await ask("PUT", "/config/sites", formless);
    expect(refused.body.errors.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["/sites/0/name", "/sites/0/extra", "/sites/0/shifts"]),
    );
    expect((await read()).version).toBe(1);
  });

  test("no site comes or goes here: that is the sites file's", async () => {
    const { sites } = await read();
    const [first] = sites;
    const more = await ask("PUT", "/config/sites", { sites: [...sites, { ...first, id: "LON1" }] });
    const fewer = await ask("PUT", "/config/sites", { sites: [first] });
    expect([more.status, fewer.status]).toEqual([422, 422]);
    expect([...more.body.errors, ...fewer.body.errors]).toEqual([
      { index: 0, path: "/sites/2/id", message: expect.stringContaining("the sites file") },
      { index: 0, path: "/sites", message: expect.stringContaining("lacks site NYC1") },
    ]);
  });

  test("what became of a site that is gone is told to whoever has all or had it, and what it was", async () => {
    const kept = tower.audit.hashes.get(GLOBAL_KEYS.sites);
    const state = JSON.parse(kept?.get("state") ?? "") as StoredSites;
    const [berlinNow] = (await read()).sites;
    const changes = [{ site: "OLD1", parts: [] as [], words: ["is gone"] }];
    const line = { version: 2, at: 0, by: "system", from: "file" as const, changes };
    const after = { ...state, version: 2, history: [line, ...state.history] };
    const undo = { replaced: [{ ...berlinNow, id: "OLD1" }], ids: ["BER1", "OLD1"] };
    kept?.set("state", JSON.stringify(after)).set("undo:2", JSON.stringify(undo));
    const key = await keyFor("BER1", "config:read");
    const seenBy = async (headers: object) => [
      (await ask("GET", "/config/sites/versions", undefined, headers)).body.items.flatMap((one) =>
        one.changes.map(({ site, words }) => [site, ...words]),
      ),
      (await ask("GET", "/config/sites/versions/1", undefined, headers)).body.sites.map(
        ({ id }) => id,
      ),
    ];
    expect(await seenBy({})).toEqual([[["OLD1", "is gone"]], ["BER1", "OLD1"]]);
    expect(await seenBy(key)).toEqual([[], ["BER1"]]);
  });

  test("?site= is one site alone", async () => {
    const { sites } = (await ask("GET", "/config/sites?site=NYC1")).body;
    expect(sites.map(({ id }) => id)).toEqual(["NYC1"]);
    const wish = { sites: sites.map((site) => ({ ...site, name: "Queens" })) };
    const { body } = await ask("PUT", "/config/sites?site=NYC1", wish);
    expect(body.sites.map(({ id }) => id)).toEqual(["NYC1"]);
    expect((await read()).sites.map(({ name }) => name)).toEqual([expect.any(String), "Queens"]);
    expect((await ask("GET", "/config/sites?site=LON1")).status).toBe(404);
  });

  test("whoever has one site changes that one, and sees nothing of the others' changes", async () => {
    const key = await keyFor("NYC1", "config:read", "config:write");
    await ask("PUT", "/config/sites", await renamed("Spandau"));
    const own = (await ask("GET", "/config/sites", undefined, key)).body;
    expect(own.sites.map(({ id }) => id)).toEqual(["NYC1"]);
    const sites = own.sites.map((site) => ({ ...site, name: "Queens" }));
    const { status, body } = await ask("PUT", "/config/sites", { ...own, sites }, key);
    expect([status, body.version, body.sites.length]).toEqual([200, 3, 1]);
    expect((await read()).sites.map(({ name }) => name)).toEqual(["Spandau", "Queens"]);
    const { items } = (await ask("GET", "/config/sites/versions", undefined, key)).body;
    expect(items.map(({ version, by }) => [version, by])).toEqual([[3, undefined]]);
    const foreign = { sites: (await read()).sites };
    const refused = await ask("PUT", "/config/sites", foreign, key);
    expect(refused.body.errors).toMatchObject([{ path: "/sites/0/id" }]);
  });

  test("who may write sees the ladders and keeps them; who only reads sees no people", async () => {
    const [writes, reads] = [
      await keyFor("BER1", "config:read", "config:write"),
      await keyFor("BER1", "config:read"),
    ];
    const ladder = { ...DEFAULT_LADDER, id: "own" };
    const wish = await berlin((site) => ({ ...site, escalation: [ladder] }));
    expect((await ask("PUT", "/config/sites", wish)).status).toBe(200);
    const seen = async (key: object) =>
      (await ask("GET", "/config/sites", undefined, key)).body.sites[0]?.escalation?.[0]?.id;
    expect([await seen(writes), await seen(reads)]).toEqual(["own", undefined]);
    const old = (await ask("GET", "/config/sites/versions/2", undefined, reads)).body.sites[0];
    expect([old?.id, old?.escalation]).toEqual(["BER1", undefined]);
  });
});
