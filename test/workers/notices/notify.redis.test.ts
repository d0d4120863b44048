/** Notices from the queue to a real mail server and a real room: who gets what, once, with what result. */
import { createCipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createNodeRedisClient, Queue } from "bullmq";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { channelSeal, type StoredChannel } from "../../../domain/contract/channels.ts";
import type { StoredTold } from "../../../domain/contract/incidents.ts";
import {
  NOTIFY_JOB_OPTIONS,
  notifyJobId,
  QUEUE_PREFIX,
  QUEUES,
} from "../../../domain/contract/jobs.ts";
import { GLOBAL_KEYS, keysOf } from "../../../domain/contract/keys.ts";
import { LINK_KEY, linkClaims } from "../../../domain/contract/links.ts";
import { DEFAULT_PREFERENCES } from "../../../domain/contract/people.ts";
import { WEBHOOK_SEAL } from "../../../domain/contract/webhooks.ts";
import type { Notice } from "../../../domain/incidents/notice.ts";
import { createNotifyJobs } from "../../../workers/jobs/notify.ts";
import { createPatientClient, senderOf, type Send } from "../../../workers/redis.ts";
import { startMailServer } from "../../support/mail-server.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";
import { aNotice } from "./a-notice.ts";

const SECRET = randomBytes(32);
/** Seals as the server does. */
function seal(purpose: string, text: string): string {
  const key = Buffer.from(
    hkdfSync("sha256", SECRET, WEBHOOK_SEAL.salt, WEBHOOK_SEAL.purpose(purpose), 32),
  );
  const iv = randomBytes(WEBHOOK_SEAL.ivBytes);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
}

/** A room that answers what it is told to. */
async function startRoom() {
  const got: string[] = [];
  const answers: number[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      got.push(Buffer.concat(chunks).toString("utf8"));
      response.writeHead(answers.shift() ?? 200).end("ok");
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    got,
    answers,
    origin: `http://127.0.0.1:${port}`,
    stop: () => new Promise((done) => server.close(done)),
  };
}

describe.skipIf(redisMissing)("notices", () => {
  let redis: TestRedis;
  let send: Send;
  let mail: Awaited<ReturnType<typeof startMailServer>>;
  let room: Awaited<ReturnType<typeof startRoom>>;
  let queue: Queue;
  let jobs: ReturnType<typeof createNotifyJobs>;
  const clients: ReturnType<typeof createPatientClient>[] = [];

  const connect = () => {
    const client = createPatientClient(redis.url, () => undefined);
    clients.push(client);
    return client;
  };
  const adapter = () => createNodeRedisClient(connect() as never);
  const person = (
    name: string,
    role: string,
    email: string | null,
    sites: "all" | string[] = "all",
  ) =>
    send(
      "HSET",
      GLOBAL_KEYS.users,
      name,
      JSON.stringify({
        name,
        role,
        sites,
        disabled: false,
        preferences: { ...DEFAULT_PREFERENCES, email },
      }),
    );
  const tell = async (one: Notice): Promise<void> => {
    await queue.add(
      QUEUES.notify,
      { notice: one },
      { ...NOTIFY_JOB_OPTIONS, jobId: notifyJobId(one.id) },
    );
  };
  const results = async (): Promise<StoredTold[]> =>
    (await send<string[]>("HVALS", keysOf("BER1").notices("INC-7"))).map(
      (text) => JSON.parse(text) as StoredTold,
    );
  const resultOf = async (id: string, whom: string) =>
    (await results()).find((one) => one.notice === id && one.whom === whom);
  const mailsTo = (address: string) => mail.got.filter(({ to }) => to === address);

  beforeAll(async () => {
    redis = await startRedis();
    [mail, room] = await Promise.all([startMailServer(), startRoom()]);
    const secretFile = join(redis.dir, "secret");
    writeFileSync(secretFile, SECRET);
    const client = connect();
    await client.connect();
    send = senderOf(client);
    const log = { warn: () => undefined } as never;
    const zone = { current: { site: { timeZone: "Europe/Berlin" } } };
    jobs = createNotifyJobs({
      send,
      log,
      book: { of: async () => zone } as never,
      connections: [adapter(), adapter(), adapter()],
      secretFile,
      allowed: new Set([room.origin]),
      origin: "https://tower.example.org",
      smtpUrl: mail.url,
      mailFrom: "tower@example.org",
    });
    queue = new Queue(QUEUES.notify, { connection: adapter(), prefix: QUEUE_PREFIX });
    await person("ana", "coordinator", "ana@example.org");
    await person("bo", "lead", "bo@example.org");
    await person("cy", "lead", "cy@example.org", ["NYC1"]);
    await person("di", "coordinator", "nobody@example.org");
    await person("ed", "coordinator", null);
  });
  afterAll(async () => {
    await jobs.stop();
    await queue.close();
    await Promise.all([mail.stop(), room.stop()]);
    for (const client of clients) client.destroy();
    await redis.stop();
  });

  test("reach those of a role at the site by mail, once, with links that only they can use", async () => {
    const one = aNotice({ targets: [{ to: "role", role: "lead" }], people: ["bo"] });
    await tell(one);
    await vi.waitFor(
      async () => expect(await resultOf(one.id, "bo")).toMatchObject({ state: "sent" }),
      15_000,
    );
    expect(mailsTo("cy@example.org")).toEqual([]);
    const [got, ...more] = mailsTo("bo@example.org");
    expect(more).toEqual([]);
    expect(got?.text).toContain("[S1] Escalated: Packing P3");
    const token = /https:\/\/tower\.example\.org\/l\/([\w-]+)\.([\w-]+)/.exec(got?.text ?? "");
    const [, payload = "", signature = ""] = token ?? [];
    const key = hkdfSync("sha256", SECRET, LINK_KEY.salt, LINK_KEY.purpose, LINK_KEY.bytes);
    expect(createHmac("sha256", Buffer.from(key)).update(payload).digest("base64url")).toBe(
      signature,
    );
    expect(linkClaims(Buffer.from(payload, "base64url").toString())).toMatchObject({
      person: "bo",
      incident: "INC-7",
      action: "acknowledge",
      notice: one.id,
    });
  });

  test("told twice are one mail: the same job, and the same Message-ID", async () => {
    const one = aNotice({ people: ["ana"], why: "assigned" });
    await tell(one);
    await tell(one);
    await vi.waitFor(
      async () => expect(await resultOf(one.id, "ana")).toMatchObject({ state: "sent" }),
      15_000,
    );
    await tell(one);
    expect(
      mailsTo("ana@example.org").filter(({ text }) => text.includes("Assigned to you")),
    ).toHaveLength(1);
  });

  test("that a mailbox refuses failed, and say so; who gave no address is not told, and that is said too", async () => {
    const one = aNotice({ targets: [{ to: "role", role: "coordinator" }] });
    await tell(one);
    await vi.waitFor(
      async () => expect(await resultOf(one.id, "di")).toMatchObject({ state: "failed" }),
      15_000,
    );
    expect((await resultOf(one.id, "di"))?.words).toContain("no such mailbox");
    expect(await resultOf(one.id, "ed")).toMatchObject({
      state: "held",
      words: "they gave no address and allowed no push",
    });
  });

  test("go to a room, again after it stumbled, and never to one of another site", async () => {
    const channel = (id: string, site: string): StoredChannel => ({
      id,
      name: id,
      site,
      kind: "slack",
      sealed: seal(channelSeal(id), `${room.origin}/in`),
      where: "room",
      createdBy: "admin",
      createdAt: 1,
    });
    await send(
      "HSET",
      GLOBAL_KEYS.channels,
      "dock",
      JSON.stringify(channel("dock", "BER1")),
      "other",
      JSON.stringify(channel("other", "NYC1")),
    );
    room.answers.push(503);
    const one = aNotice({
      targets: [
        { to: "channel", channel: "dock" },
        { to: "channel", channel: "other" },
      ],
    });
    await tell(one);
    await vi.waitFor(
      async () => expect(await resultOf(one.id, "#dock")).toMatchObject({ state: "sent" }),
      25_000,
    );
    expect(room.got).toHaveLength(2);
    expect(JSON.parse(room.got[1] ?? "{}")).toMatchObject({
      text: "[S1] Escalated: Packing P3 at 40 % of its pace",
    });
    expect(await resultOf(one.id, "#other")).toMatchObject({
      state: "failed",
      words: "there is no such channel",
    });
  }, 40_000);

  test("that did not go out at the last try have failed: nothing waits any more", async () => {
    const sealed = seal(channelSeal("quiet"), `${room.origin}/in`);
    const facts = { site: "BER1", kind: "slack", where: "room", createdBy: "admin", createdAt: 1 };
    const quiet = { id: "quiet", name: "quiet", sealed, ...facts };
    const broken = { ...quiet, id: "broken", sealed: "AAAA" };
    const texts = [quiet, broken].flatMap((one) => [one.id, JSON.stringify(one)]);
    await send("HSET", GLOBAL_KEYS.channels, ...texts);
    room.answers.push(503);
    const one = aNotice({});
    const told = new Queue(QUEUES.tell, { connection: adapter(), prefix: QUEUE_PREFIX });
    for (const channel of ["quiet", "broken"])
      await told.add(QUEUES.tell, { notice: one, to: "channel", channel }, { attempts: 1 });
    await vi.waitFor(async () => {
      expect(await resultOf(one.id, "#quiet")).toMatchObject({
        state: "failed",
        words: "the room answered 503",
      });
      expect(await resultOf(one.id, "#broken")).toMatchObject({ state: "failed" });
    }, 15_000);
    await told.close();
  });

  test("held for the same moment come as one message", async () => {
    const before = mailsTo("ana@example.org").length;
    const group = "after an outage";
    const late = [1, 2, 3].map((at) =>
      aNotice({
        people: ["ana"],
        group,
        why: "ack-expired",
        incident: "INC-7",
        title: `late ${at}`,
      }),
    );
    for (const one of late) await tell(one);
    const last = late[2];
    await vi.waitFor(
      async () => expect(await resultOf(last?.id ?? "", "ana")).toMatchObject({ state: "held" }),
      15_000,
    );
    await vi.waitFor(
      async () => expect(await resultOf(last?.id ?? "", "ana")).toMatchObject({ state: "sent" }),
      75_000,
    );
    // three within a minute are one; over the edge of a minute two
    const came = mailsTo("ana@example.org").length - before;
    expect(came).toBeGreaterThan(0);
    expect(came).toBeLessThanOrEqual(2);
  }, 120_000);
});
