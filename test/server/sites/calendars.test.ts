/** `GET|PUT /api/v1/config/calendars`. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { CalendarChanged } from "../../../domain/contract/calendars.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

let tower: FakeTower;
beforeEach(async () => {
  await tower?.app.close();
  tower = await fakeTower();
});
afterAll(() => tower.app.close());

type Answer = CalendarChanged & { code: string; errors: { path: string; message: string }[] };
async function ask(method: "GET" | "PUT", payload?: object, query = "") {
  const answer = await tower.app.inject({
    method,
    url: `/api/v1/config/calendars?site=BER1${query}`,
    headers: BEARER,
    ...(payload !== undefined && { payload }),
  });
  return { status: answer.statusCode, body: answer.json() as Answer };
}
const read = async () => (await ask("GET")).body;
const site = () => tower.app.sites.get("BER1")?.site;

describe("the calendar of a site", () => {
  test("is the part of its rules that says when it works, and sent back it changes nothing", async () => {
    const calendar = await read();
    expect(calendar).toMatchObject({
      site: "BER1",
      version: 1,
      timeZone: "Europe/Berlin",
      shifts: site()?.shifts,
      holidays: null,
      publicHolidays: [],
    });
    const { status, body } = await ask("PUT", calendar);
    expect([status, body.changes, body.version]).toEqual([200, [], 1]);
  });

  test("tells the public holidays in force by name, and which of them are worked on", async () => {
    const calendar = await read();
    const special = { "2026-03-08": [{ from: "10:00", to: "14:00" }] };
    const holidays = { country: "DE", region: "BE" };
    const { body } = await ask("PUT", { ...calendar, holidays, special });
    expect(body.changes[0]?.words).toEqual(["public holidays of DE, BE", expect.any(String)]);
    const days = (await read()).publicHolidays;
    expect(days).toEqual(
      expect.arrayContaining([
        { date: "2026-03-08", name: "Internationaler Frauentag", closed: false },
        { date: "2026-10-03", name: "Tag der Deutschen Einheit", closed: true },
      ]),
    );
    // where rules are used they are closures, and what is read can be sent back
    expect(site()?.closures?.map(({ date }) => date)).toContain("2026-10-03");
    expect((await ask("PUT", await read())).body.changes).toEqual([]);
  });

  test("a dry run says what would be, and writes nothing", async () => {
    const calendar = await read();
    const closures = [{ date: "2026-12-24", name: "Christmas Eve" }];
    const { body } = await ask("PUT", { ...calendar, closures }, "&dryRun=true");
    expect([body.version, body.dryRun, body.closures]).toEqual([1, true, closures]);
    expect(body.changes[0]?.words).toContain("closed on 2026-12-24 (Christmas Eve)");
    expect((await read()).closures).toEqual(calendar.closures);
  });

  test("a change is one of the sites: their version, their audit, and in force at once", async () => {
    const { version: _unsaid, ...calendar } = await read();
    const shifts = [{ name: "all day", days: [1, 2, 3], from: "06:00", to: "20:00" }];
    const { body } = await ask("PUT", { ...calendar, shifts, ifVersion: 1 });
    expect([body.version, body.shifts]).toEqual([2, shifts]);
    expect([site()?.shifts, tower.app.sites.version()]).toEqual([shifts, 2]);
    expect(tower.audit.entries().at(-1)).toMatchObject({ what: "sites.changed", site: "BER1" });
    const late = await ask("PUT", { ...calendar, ifVersion: 1 });
    expect([late.status, late.body.code, late.body.version]).toEqual([409, "CT_ERR_CONFLICT", 2]);
  });

  test("leaves the rest of the site as it is", async () => {
    const before = site();
    await ask("PUT", { shifts: [] });
    const after = site();
    expect([after?.shifts, after?.closures]).toEqual([[], []]);
    expect({ ...after, shifts: 0, closures: 0 }).toEqual({ ...before, shifts: 0, closures: 0 });
  });

  test("every mistake has its place in the calendar", async () => {
    const calendar = {
      ...(await read()),
      closures: [{ date: "2026-02-30" }],
      special: { Easter: [] },
      holidays: { country: "DE", region: "QQ" },
    };
    const { status, body } = await ask("PUT", calendar);
    expect([status, body.errors.map(({ path }) => path)]).toEqual([
      422,
      ["/closures/0/date", "/special/Easter", "/holidays/region"],
    ]);
  });

  test("what was read names its site, where the address names none", async () => {
    const answer = await tower.app.inject({
      method: "PUT",
      url: "/api/v1/config/calendars",
      headers: BEARER,
      payload: await read(),
    });
    expect([answer.statusCode, (answer.json() as Answer).site]).toEqual([200, "BER1"]);
  });

  test("neither zone nor site is changed here", async () => {
    const calendar = { ...(await read()), timeZone: "Europe/Paris", site: "NYC1" };
    const { status, body } = await ask("PUT", calendar);
    expect([status, body.errors.map(({ path }) => path)]).toEqual([422, ["/site", "/timeZone"]]);
  });
});
