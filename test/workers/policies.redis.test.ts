import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GLOBAL_KEYS, keysOf } from "../../domain/contract/keys.ts";
import { createPolicyBook, type PolicyBook } from "../../workers/policies.ts";
import { aSite } from "../support/builders.ts";
import { redisMissing } from "../support/redis.ts";
import { type Stand, startStand } from "./stand.ts";

describe.skipIf(redisMissing)("the rules of the sites, as workers keep them", () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.stop());

  const inForce = (version: number, names: Record<string, string>) => {
    const sites = Object.entries(names).map(([id, name]) => aSite({ id, name }));
    const text = JSON.stringify({ version, sites });
    return stand.send("HSET", GLOBAL_KEYS.sites, "current", text);
  };
  async function read(book: PolicyBook, site: string) {
    await book.refresh();
    return book.of(site);
  }

  test("a version in which only other sites changed is none of this one", async () => {
    const book = createPolicyBook(stand.send);
    await inForce(1, { A: "Aa", B: "Bb" });
    const before = (await read(book, "A")).current;
    await inForce(2, { A: "Aa", B: "Cc" });
    expect((await read(book, "A")).current).toBe(before);
    expect((await read(book, "B")).current).toMatchObject({ version: 2, site: { name: "Cc" } });
    await inForce(3, { A: "Dd", B: "Cc" });
    expect((await read(book, "A")).current).toMatchObject({ version: 3, site: { name: "Dd" } });
    const versions = await stand.send<string[]>("HKEYS", keysOf("A").policies);
    expect(versions.toSorted()).toEqual(["1", "3"]);
    const other = createPolicyBook(stand.send);
    expect((await read(other, "B")).current.version).toBe(2);
  });

  test("a version that only another worker saw is found when an order names it", async () => {
    const [here, there] = [createPolicyBook(stand.send), createPolicyBook(stand.send)];
    await inForce(1, { E: "one" });
    await read(here, "E");
    await inForce(2, { E: "two" });
    await there.refresh();
    await inForce(3, { E: "three" });
    await read(here, "E");
    // its turn began before the change, and ends after it
    await there.of("E");
    const { current, of } = await read(here, "E");
    expect([current.version, of(2).site.name]).toEqual([3, "two"]);
  });

  test("until a server of this version was there, the rules that one of before wrote hold", async () => {
    await stand.send("DEL", GLOBAL_KEYS.sites);
    const text = JSON.stringify({ version: 4, sites: [aSite({ id: "F" })] });
    await stand.send("SET", GLOBAL_KEYS.sitesBefore, text);
    expect((await read(createPolicyBook(stand.send), "F")).current.version).toBe(4);
  });
});
