/** What is held for a moment and comes shortly before it, or while it is told: none of it is forgotten. */
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test, describe } from "vitest";
import type { TellJob } from "../../../domain/contract/jobs.ts";
import type { StoredTold } from "../../../domain/contract/incidents.ts";
import { GLOBAL_KEYS, keysOf } from "../../../domain/contract/keys.ts";
import { DEFAULT_PREFERENCES } from "../../../domain/contract/people.ts";
import type { Notice } from "../../../domain/incidents/notice.ts";
import { createLinks } from "../../../workers/notices/links.ts";
import { createMail } from "../../../workers/notices/mail.ts";
import { createPeople } from "../../../workers/notices/people.ts";
import { createPush } from "../../../workers/notices/push.ts";
import { createResults } from "../../../workers/notices/results.ts";
import { createSpread } from "../../../workers/notices/spread.ts";
import { createTeller } from "../../../workers/notices/tell.ts";
import { createOpenSecret } from "../../../workers/outbox/opened-secrets.ts";
import { createPost } from "../../../workers/outbox/post.ts";
import {
  createPatientClient,
  senderOf,
  type RedisClient,
  type Send,
} from "../../../workers/redis.ts";
import { startMailServer } from "../../support/mail-server.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";
import { aNotice } from "./a-notice.ts";

const MOMENT = Date.parse("2026-02-11T10:31:00Z");
const held = GLOBAL_KEYS.heldNotices("ana", "email", MOMENT);

describe.skipIf(redisMissing)("held notices", () => {
  let redis: TestRedis;
  let client: RedisClient;
  let send: Send;
  let mail: Awaited<ReturnType<typeof startMailServer>>;
  let post: ReturnType<typeof createMail>;
  /** as the queue keeps them: an id that was there once is not taken again */
  let jobs: Map<string, TellJob>;
  let now: number;
  let spread: (notice: Notice) => Promise<void>;
  let tell: ReturnType<typeof createTeller>;

  const late = (title: string): Notice =>
    aNotice({
      people: ["ana"],
      why: "ack-expired",
      group: "after an outage",
      incident: title,
      title,
    });

  beforeAll(async () => {
    [redis, mail] = await Promise.all([startRedis(), startMailServer()]);
    const secretFile = join(redis.dir, "secret");
    writeFileSync(secretFile, randomBytes(32));
    client = createPatientClient(redis.url, () => undefined);
    await client.connect();
    send = senderOf(client);
    const preferences = { ...DEFAULT_PREFERENCES, email: "ana@example.org" };
    const ana = { name: "ana", role: "lead", sites: "all", disabled: false, preferences };
    await send("HSET", GLOBAL_KEYS.users, "ana", JSON.stringify(ana));
    post = createMail(mail.url, "tower@example.org");
    const out = createPost({ allowed: new Set() });
    const open = createOpenSecret(secretFile);
    const shared = {
      send,
      people: createPeople(send),
      results: createResults(send, Date.now),
      zoneOf: async () => "Europe/Berlin",
    };
    jobs = new Map();
    const add = async (job: TellJob, id: string): Promise<void> => {
      if (!jobs.has(id)) jobs.set(id, job);
    };
    spread = createSpread({ ...shared, add, now: () => now });
    tell = createTeller({
      ...shared,
      links: createLinks("https://tower.example.org", secretFile),
      mail: post,
      push: createPush({ send, post: out, open, subject: "mailto:tower@example.org" }),
      post: out,
      open,
    });
  });
  afterAll(async () => {
    post.close();
    client.destroy();
    await Promise.all([mail.stop(), redis.stop()]);
  });

  const tellAll = async (from = 0): Promise<void> => {
    for (const [id, job] of [...jobs].slice(from))
      expect(await tell(job, id)).toEqual({ ok: true });
  };

  test("one that comes when the others of its moment were told already is told too", async () => {
    now = MOMENT - 30_000;
    await spread(late("first"));
    now = MOMENT - 20_000;
    await spread(late("second"));
    await tellAll();
    expect(mail.got).toHaveLength(1);
    now = MOMENT - 2;
    await spread(late("third"));
    await tellAll(1);
    expect(mail.got).toHaveLength(2);
    expect(mail.got[1]?.text).toContain("third");
    expect(new Set(mail.got.map(({ id }) => id)).size).toBe(2);
  });

  test("one that comes while the others are told stays for its own job", async () => {
    now = MOMENT - 30_000;
    const digest: TellJob = { to: "digest", person: "ana", way: "email", at: MOMENT };
    await spread(late("fourth"));
    const [telling] = await Promise.all([tell(digest, "tell-4"), spread(late("fifth"))]);
    expect(telling).toEqual({ ok: true });
    expect(await send("HLEN", held)).toBe(1);
    expect(await tell(digest, "tell-5")).toEqual({ ok: true });
    expect(mail.got.at(-1)?.text).toContain("fifth");
  });

  test("a job that is tried again tells what it took the first time", async () => {
    const digest: TellJob = { to: "digest", person: "ana", way: "email", at: MOMENT };
    const taken = GLOBAL_KEYS.takenNotices(held, "tell-6");
    const one = late("sixth");
    await send("HSET", taken, one.id, JSON.stringify(one));
    await spread(late("seventh"));
    await tell(digest, "tell-6");
    expect(mail.got.at(-1)?.text).toContain("sixth");
    expect(mail.got.at(-1)?.text).not.toContain("seventh");
    expect(await send("EXISTS", taken)).toBe(0);
    expect(await send("HLEN", held)).toBe(1);
  });

  const person = (name: string, preferences: object) =>
    send(
      "HSET",
      GLOBAL_KEYS.users,
      name,
      JSON.stringify({ name, role: "lead", sites: "all", disabled: false, preferences }),
    );
  const resultsOf = async ({ site, incident }: Notice): Promise<StoredTold[]> =>
    (await send<string[]>("HVALS", keysOf(site).notices(incident))).map(
      (text) => JSON.parse(text) as StoredTold,
    );

  test("one who cannot be told keeps nobody else from it", async () => {
    await person("abe", {});
    await person("bob", { ...DEFAULT_PREFERENCES, email: "bob@example.org" });
    const one = aNotice({ people: ["abe", "bob"], why: "assigned", incident: "INC-8" });
    await expect(spread(one)).rejects.toThrow(/undefined/);
    await send("HDEL", GLOBAL_KEYS.users, "abe", "bob");
    expect([...jobs.values()]).toContainEqual(expect.objectContaining({ person: "bob" }));
  });

  test("a record that cannot be read keeps nobody from being told", async () => {
    await send("HSET", GLOBAL_KEYS.users, "zoe", "{");
    const one = aNotice({ people: ["ana"], why: "assigned", incident: "INC-10" });
    await spread(one);
    await send("HDEL", GLOBAL_KEYS.users, "zoe");
    expect(await resultsOf(one)).toMatchObject([{ whom: "ana", state: "waiting" }]);
  });

  test("spread a second time takes no result back", async () => {
    const one = aNotice({ people: ["ana"], why: "assigned", incident: "INC-9" });
    await spread(one);
    const [id, job] = [...jobs].at(-1)!;
    expect(await tell(job, id)).toEqual({ ok: true });
    await spread(one);
    expect(await resultsOf(one)).toMatchObject([{ whom: "ana", state: "sent" }]);
  });
});
