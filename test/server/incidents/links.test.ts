import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { LinkAction, LinkClaims } from "../../../domain/contract/links.ts";
import { problem } from "../../../server/problem.ts";
import { createLinkBook } from "../../../server/incidents/links.ts";
import { anIncident } from "../../support/incidents.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";

const HOUR = 3_600_000;
let tower: FakeTower;
let count = 0;
beforeAll(async () => {
  tower = await fakeTower();
  const actBy = Date.now() + 2 * HOUR;
  tower.fill("BER1", [], 3, [anIncident({ title: "<b>DHL</b> 16:00 & more", actBy })]);
});
afterAll(() => tower.app.close());

const claims = (change: Partial<LinkClaims> = {}): LinkClaims => ({
  site: "BER1",
  incident: "INC-1",
  person: "coordinator",
  action: "acknowledge",
  notice: `n-${++count}`,
  until: Date.now() + HOUR,
  ...change,
});
const linkOf = (change: Partial<LinkClaims> = {}): string => tower.app.links.sign(claims(change));
const get = (token: string) => tower.app.inject({ url: `/l/${token}` });
const post = (token: string) =>
  tower.app.inject({
    method: "POST",
    url: `/l/${token}`,
    headers: { "content-type": "application/x-www-form-urlencoded", origin: "null" },
    payload: "",
  });

describe("a link in a message", () => {
  test("shows one button and changes nothing, however often it is read", async () => {
    const token = linkOf();
    const before = tower.taken.length;
    const pages = await Promise.all([get(token), get(token), get(token)]);
    expect(pages.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    const [page] = pages;
    expect(page?.body).toContain('<form method="post"><button type="submit">Acknowledge</button>');
    expect(page?.body).toContain("&lt;b&gt;DHL&lt;/b&gt; 16:00 &amp; more");
    expect(page?.body).not.toContain("<b>");
    expect(page?.headers["content-security-policy"]).toContain("form-action 'self'");
    expect(page?.headers["cache-control"]).toBe("no-store");
    expect(tower.taken.length).toBe(before);
  });

  test("does it once, in the name of its person, and is in the audit with its notice", async () => {
    const link = claims();
    const token = tower.app.links.sign(link);
    const first = await post(token);
    expect([first.statusCode, first.body.includes("INC-1 is acknowledged.")]).toEqual([200, true]);
    expect(tower.taken.at(-1)?.event).toMatchObject({
      type: "incident.acknowledged",
      source: "ui/coordinator",
      actor: "coordinator",
      role: "coordinator",
      data: { incident: "INC-1" },
    });
    expect(tower.audit.entries().at(-1)).toMatchObject({
      who: "coordinator",
      what: "incident.acknowledge",
      why: `link of notice ${link.notice}`,
    });
    const again = await post(token);
    expect([again.statusCode, (await get(token)).statusCode]).toEqual([403, 403]);
    expect(again.body).toContain("was used already");
  });

  test("is given back also when the store went away in the middle of it, and not when it was done", async () => {
    const [done, undone] = [linkOf(), linkOf()];
    expect((await post(done)).statusCode).toBe(200);
    const { inbox, incidents } = tower.app;
    const { append } = inbox;
    const { unuse } = incidents;
    const away = async (): Promise<never> => {
      throw problem("CT_ERR_UNAVAILABLE", "The store does not answer.");
    };
    Object.assign(inbox, { append: away });
    Object.assign(incidents, { unuse: away });
    expect((await post(undone)).statusCode).toBe(503);
    Object.assign(inbox, { append });
    Object.assign(incidents, { unuse });
    const soon = Date.now() + 61_000;
    const clock = vi.spyOn(Date, "now").mockReturnValue(soon);
    const answers = await Promise.all([post(done), post(undone)]);
    clock.mockRestore();
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 200]);
  });

  test("of ten who press it at the same moment one does it", async () => {
    const token = linkOf();
    const before = tower.taken.length;
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(token)));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(tower.taken.length).toBe(before + 1);
  });

  test.each([
    ["assign", { assignee: "coordinator" }, "I take it"],
    ["shelve", { reason: "shelved for an hour from a message" }, "Shelve for an hour"],
  ] as const)("that says %s does that", async (action: LinkAction, data, label) => {
    const token = linkOf({ action });
    expect((await get(token)).body).toContain(label);
    expect((await post(token)).statusCode).toBe(200);
    expect(tower.taken.at(-1)?.event).toMatchObject({ data });
  });

  test("is refused when it is too old, changed, or signed elsewhere", async () => {
    const right = linkOf();
    const [payload = "", signature = ""] = right.split(".");
    const other = Buffer.from(payload, "base64url").toString().replace("coordinator", "lead");
    const wrong = [
      linkOf({ until: Date.now() - 1 }),
      `${Buffer.from(other).toString("base64url")}.${signature}`,
      `${payload}.${signature.slice(0, -2)}AA`,
      `${right}.x`,
      payload,
      createLinkBook(Buffer.alloc(32, 1)).sign(claims()),
    ];
    for (const token of wrong) {
      expect([(await get(token)).statusCode, (await post(token)).statusCode]).toEqual([403, 403]);
    }
    expect((await post(right)).statusCode).toBe(200);
  });

  test("does nothing for somebody who may not do it any more, and nothing about what is nowhere", async () => {
    expect((await post(linkOf({ person: "viewer" }))).statusCode).toBe(403);
    expect((await post(linkOf({ person: "nobody" }))).statusCode).toBe(403);
    expect((await post(linkOf({ incident: "INC-99" }))).statusCode).toBe(404);
    expect((await post(linkOf({ site: "NOPE1" }))).statusCode).toBe(404);
  });

  test("forms are taken there and nowhere else", async () => {
    const answer = await tower.app.inject({
      method: "POST",
      url: "/api/v1/session",
      headers: { "content-type": "application/x-www-form-urlencoded", host: "localhost:80" },
      payload: "name=x",
    });
    expect(answer.statusCode).toBe(415);
  });
});
