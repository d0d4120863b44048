/** Two servers and the workers' rules on one Redis: what is changed at one server holds everywhere within a second or two, without a restart. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keysOf } from "../../../domain/contract/keys.ts";
import type { SitesConfig } from "../../../domain/contract/sites.ts";
import { readSitesFile } from "../../../server/sites/file.ts";
import { createPolicyBook } from "../../../workers/policies.ts";
import { createPatientClient, senderOf } from "../../../workers/redis.ts";
import { connectTestClient } from "../../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";
import { BEARER } from "../fake-app.ts";
import { createCommitter, SITE, startStand, until, type Stand } from "../live-stand.ts";

describe.skipIf(redisMissing)("sites on two servers", () => {
  let redis: TestRedis;
  let here: Stand;
  let there: Stand;
  const patient = { client: null as ReturnType<typeof createPatientClient> | null };
  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
    const client = await connectTestClient(redis.socketPath);
    await createCommitter(client).commit([]);
    await client.close();
    here = await startStand(redis.url, {}, { isShared: true });
    there = await startStand(redis.url, {}, { isShared: true });
    const file = await readSitesFile(undefined);
    // both at once, as servers start: one is first, the other tries again
    await Promise.allSettled([here.app.publishSites(file), there.app.publishSites(file)]);
    await Promise.all([here.app.publishSites(file), there.app.publishSites(file)]);
    patient.client = createPatientClient(redis.url, () => undefined);
    await patient.client.connect();
  });
  afterAll(async () => {
    patient.client?.destroy();
    await here.stop();
    await there.stop();
    await redis.stop();
  });

  const read = async (stand: Stand): Promise<SitesConfig> =>
    (await stand.app.inject({ url: "/api/v1/config/sites", headers: BEARER })).json();
  async function put(stand: Stand, config: SitesConfig) {
    const answer = await stand.app.inject({
      method: "PUT",
      url: "/api/v1/config/sites",
      headers: BEARER,
      payload: config,
    });
    return { status: answer.statusCode, body: answer.json() as { version: number } };
  }
  const renamed = ({ version, sites }: SitesConfig, name: string): SitesConfig => ({
    version,
    sites: sites.map((site) => (site.id === SITE ? { ...site, name } : site)),
  });

  test("a change made here holds there and for the workers, which keep the rules of before for the orders of before", async () => {
    if (patient.client === null) throw new Error("it is connected");
    const book = createPolicyBook(senderOf(patient.client));
    await book.refresh();
    const before = (await book.of(SITE)).current;
    const config = await read(here);
    expect(before.version).toBe(config.version);
    const { status, body } = await put(here, renamed(config, "Spandau"));
    expect([status, body.version]).toEqual([200, config.version + 1]);
    expect(here.app.sites.get(SITE)?.site.name).toBe("Spandau");
    await until(() => there.app.sites.get(SITE)?.site.name === "Spandau", 3_000);
    expect((await read(there)).version).toBe(body.version);
    await book.refresh();
    const policies = await book.of(SITE);
    expect([policies.current.version, policies.current.site.name]).toEqual([
      body.version,
      "Spandau",
    ]);
    expect(policies.of(before.version)).toEqual(before);
  });

  test("a server that has not heard of a change yet does not write over it", async () => {
    const config = await read(there);
    await put(here, renamed(config, "Tegel"));
    const late = await put(there, renamed(config, "Mitte"));
    expect([late.status, late.body.version]).toEqual([409, config.version + 1]);
    await until(() => there.app.sites.get(SITE)?.site.name === "Tegel", 3_000);
  });

  test("what was changed is in the audit chain and in the versions, and a version of before is whole", async () => {
    const { version } = await read(here);
    const ask = async (path: string) =>
      (await there.app.inject({ url: `/api/v1${path}`, headers: BEARER })).json();
    const { items } = await ask("/config/sites/versions");
    expect(items[0]).toMatchObject({ version, by: "bootstrap", from: "api" });
    const names = await Promise.all(
      [version, version - 1].map(
        async (one) => (await ask(`/config/sites/versions/${one}`)).sites[0].name,
      ),
    );
    expect(names).toEqual(["Tegel", "Spandau"]);
    expect(await ask("/audit/verify")).toMatchObject({ ok: true });
  });

  test("rules that orders came under stay with their site", async () => {
    const client = await connectTestClient(redis.socketPath);
    const kept = await client.hKeys(keysOf(SITE).policies);
    expect(kept.length).toBeGreaterThanOrEqual(2);
    await client.close();
  });
});
