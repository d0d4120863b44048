import { afterAll, beforeAll, expect, test } from "vitest";
import type { AuditEntry } from "../../../domain/contract/audit.ts";
import { anchorOf, isSignedWith } from "../../../server/audit/anchor.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower();
  const { audit } = tower.app;
  for (let at = 0; at < 5; at += 1)
    await audit.record({ who: "ann", what: "order.hold", site: "BER1", subject: `SO-${at}` });
  await audit.record({ who: "=cmd()", what: "user.created", subject: "@ben", after: { a: 1 } });
});
afterAll(() => tower.app.close());

const get = (url: string) => tower.app.inject({ url: `/api/v1/${url}`, headers: BEARER });
const subjects = (items: AuditEntry[]) => items.map(({ subject }) => subject);

test("pages go from the newest to the oldest and end", async () => {
  const first = (await get("audit?limit=4")).json();
  expect(subjects(first.items)).toEqual(["@ben", "SO-4", "SO-3", "SO-2"]);
  const second = (await get(`audit?limit=4&cursor=${first.next}`)).json();
  expect(subjects(second.items)).toEqual(["SO-1", "SO-0"]);
  expect(second.next).toBeNull();
  expect(first.items[0].at).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test("filters by who, what, noun, site, subject and time", async () => {
  const found = async (query: string) => (await get(`audit?${query}`)).json().items.length;
  expect(await found("who=ann")).toBe(5);
  expect(await found("what=order")).toBe(5);
  expect(await found("what=order.hold&subject=SO-3")).toBe(1);
  expect(await found("what=ord")).toBe(0);
  expect(await found("site=NYC1")).toBe(0);
  expect(await found("to=2001-01-01T00:00:00Z")).toBe(0);
  expect(await found("from=2001-01-01T00:00:00Z&who=ann")).toBe(5);
  expect((await get("audit?from=yesterday")).statusCode).toBe(422);
});

test.each(["audit", "exports/audit.csv", "exports/audit.ndjson"])(
  "%s has no answer for a window that ends before it begins",
  async (path) => {
    const turned = await get(`${path}?from=2026-02-12T00:00:00Z&to=2026-02-11T00:00:00Z`);
    expect(turned.json()).toMatchObject({ status: 422, errors: [{ index: 0, path: "/from" }] });
    const moment = await get(`${path}?from=2026-02-11T00:00:00Z&to=2026-02-11T00:00:00Z`);
    expect(moment.statusCode).toBe(200);
  },
);

test("the whole chain is checked, with its signed head", async () => {
  const verdict = (await get("audit/verify")).json();
  expect(verdict).toMatchObject({ ok: true, found: 0, findings: [] });
  expect(verdict.entries).toBe(tower.audit.entries().length);
  expect(isSignedWith(tower.app.auditSigner.key, verdict.head)).toBe(true);
});

test("an export for outside keeping ends with the signed head, and is audited itself", async () => {
  const answer = await get("exports/audit.ndjson");
  const lines = answer.body.trimEnd().split("\n");
  const anchor = anchorOf(lines.at(-1) ?? "");
  const last = JSON.parse(lines.at(-2) ?? "{}");
  expect(last).toMatchObject({ what: "audit.exported", n: anchor?.n, hash: anchor?.hash });
  expect(isSignedWith(tower.app.auditSigner.key, anchor!)).toBe(true);
});

test("instants of what stood before and after leave as the others do", async () => {
  const secrets = [{ createdAt: 1_796_000_000_000, endsAt: null }];
  const key = { name: "WMS", createdAt: 1_796_000_000_000, revokedAt: null, secrets, size: 9 };
  await tower.app.audit.record({ who: "ann", what: "key.created", after: key });
  const [entry] = (await get("audit?what=key.created")).json().items;
  const createdAt = "2026-11-30T00:53:20.000Z";
  expect(entry.after).toEqual({ ...key, createdAt, secrets: [{ createdAt, endsAt: null }] });
  expect((await get("exports/audit.csv?what=key.created")).body).toContain(createdAt);
});

test("a CSV export holds no formula", async () => {
  const answer = await get("exports/audit.csv?what=user");
  const [head, row] = answer.body.split("\r\n");
  expect(head).toBe("n,at,who,what,where,site,subject,why,before,after");
  expect(row).toMatch(/^6,[^,]+,"'=cmd\(\)",user\.created,,,"'@ben",,,"\{""a"":1\}"$/);
});
