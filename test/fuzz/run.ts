/** Sends inputs to a whole tower, some at a time, and collects what is wrong. A seed makes the same inputs again. */
import http from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import type { Tower } from "../support/tower.ts";
import { inputs, operationsOf, type Document, type Input } from "./operations.ts";
import { complaint, type Answer } from "./verdict.ts";

const AT_ONCE = 8;
const BATCH = 400;
/** more than a run has, so that two seeds have no batch in common */
const BATCHES = 10_007;
const MOST_FINDINGS = 20;
const ADMIN = { name: "admin", password: "demo-admin-tower" };

export type Finding = { what: string; request: string; answer: string };
export type Tally = {
  sent: number;
  statuses: Record<number, number>;
  /** per operation, how often it was answered with 2xx */
  taken: Record<string, number>;
  findings: Finding[];
};

/** As a browser would: what cannot stand in an address is encoded, a lone surrogate is replaced. */
const encoded = (value: string): string => encodeURIComponent(value.toWellFormed());

function addressOf({ operation, given }: Input): string {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encoded(given.find((one) => one.in === "path" && one.name === name)?.text ?? ""),
  );
  const query = given.filter((one) => one.in === "query");
  const pairs = query.map(({ name, text: value }) => `${name}=${encoded(value)}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

export function createSender(tower: Tower) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  let cookie = "";
  let visits = 0;

  async function send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
    isAgain = false,
  ): Promise<Answer & { cookie: string }> {
    // the second try has a connection of its own: the others of the pool may have been ended in the same pause
    const line = isAgain ? false : agent;
    const sent = http.request(tower.url + path, { method, agent: line, headers });
    const answered = new Promise<http.IncomingMessage | null>((resolve, reject) => {
      sent.on("response", resolve);
      // a kept connection may be ended by the server at the moment it is used again: once is nothing, twice is a finding
      sent.on("error", (error) =>
        isAgain ? reject(new Error(`${error.message}: ${method} ${path}`)) : resolve(null),
      );
      sent.setTimeout(15_000, () => sent.destroy(new Error("no answer")));
    });
    sent.end(body);
    const answer = await answered;
    if (answer === null) return send(method, path, headers, body, true);
    return {
      status: answer.statusCode ?? 0,
      type: String(answer.headers["content-type"] ?? ""),
      body: await text(answer),
      cookie: String(answer.headers["set-cookie"] ?? "").split(";")[0] ?? "",
    };
  }

  /** Each request comes from another address, so that no limit on guesses hides what is behind it. */
  const from = () => {
    visits += 1;
    return `10.${(visits >> 16) & 255}.${(visits >> 8) & 255}.${visits & 255}`;
  };

  async function logIn(triesLeft = 20): Promise<void> {
    const headers = { "content-type": "application/json", "x-forwarded-for": from() };
    const answer = await send("POST", "/api/v1/session", headers, JSON.stringify(ADMIN)).catch(
      () => null,
    );
    // another input may have logged everybody out at this very moment, and others may be hashing
    if ([401, 429, undefined].includes(answer?.status) && triesLeft > 0) {
      await sleep(1_000);
      return logIn(triesLeft - 1);
    }
    if (answer?.status !== 200) throw new Error(`cannot log in: ${answer?.status} ${answer?.body}`);
    ({ cookie } = answer);
  }

  /** Machines post events; everything else is done by the administrator. */
  async function ask(input: Input): Promise<Answer> {
    const isMachine = input.operation.path.startsWith("/api/v1/events");
    const attempt = () => {
      const who: Record<string, string> = isMachine
        ? { authorization: `Bearer ${tower.key}` }
        : { cookie };
      const type = input.sent?.type ?? "";
      const headers = {
        ...who,
        "x-forwarded-for": from(),
        ...(type !== "" && { "content-type": type }),
      };
      return send(
        input.operation.method,
        addressOf(input),
        headers,
        input.sent?.text.toWellFormed(),
      );
    };
    const answer = await attempt();
    // an input may have ended this very session
    if (answer.status !== 401 || isMachine || input.operation.path.includes("/session"))
      return answer;
    await logIn();
    return attempt();
  }
  return { ask, logIn, send, close: () => agent.destroy() };
}

/** Remembers what was made and listed, for later inputs to ask for. */
function createMemory() {
  const made = new Map<string, string>();
  const fieldOf = (text: string, name: string): string | undefined =>
    new RegExp(`"${name}":"([^"\\\\]{1,512})"`).exec(text)?.[1];
  const keep = (name: string, value: string | undefined): void => {
    if (value !== undefined) made.set(name, value);
  };
  const resolve = (text: string): string =>
    text.startsWith("@") ? (made.get(text) ?? "none") : text;
  return {
    resolve: (input: Input): Input => ({
      ...input,
      given: input.given.map((one) => ({ ...one, text: resolve(one.text) })),
    }),
    note({ operation: { path }, sent }: Input, { status, body }: Answer): void {
      if (status === 0 || status >= 300) return;
      if (path.includes("/actions/")) keep("@action", fieldOf(body, "event"));
      if (path === "/api/v1/events") keep("@event", fieldOf(sent?.text ?? "", "id"));
      if (status === 201 || body.startsWith('{"items":[')) {
        keep(`@${path}`, fieldOf(body, "id") ?? fieldOf(body, "name"));
        keep(`@next ${path}`, fieldOf(body, "next"));
      }
    },
  };
}

const shown = (input: Input): string =>
  `${input.operation.method} ${addressOf(input).slice(0, 500)} ${input.sent?.type ?? ""} ${input.sent?.text.slice(0, 1_500) ?? ""}`;

async function documentOf(tower: Tower): Promise<Document> {
  return (await (await tower.request("/api/openapi.json")).json()) as Document;
}

/** Status 0 is no answer at all. */
const unanswered = (error: unknown): Answer => ({ status: 0, type: "", body: String(error) });

/** An account with the administrator's name could shut out the sender itself. */
const isHarmless = ({ operation, given }: Input): boolean =>
  !(operation.path.includes("/users/") && given.some(({ text: value }) => value === ADMIN.name)) &&
  operation.path !== "/api/v1/account/password";

export async function fuzz(
  tower: Tower,
  count: number,
  seed: number,
  onProgress: (tally: Tally) => void = () => undefined,
): Promise<Tally> {
  const tally: Tally = { sent: 0, statuses: {}, taken: {}, findings: [] };
  const operations = operationsOf(await documentOf(tower));
  for (const { name } of operations) tally.taken[name] = 0;
  const arbitrary = inputs(operations).filter(isHarmless);
  const sender = createSender(tower);
  await sender.logIn();

  const memory = createMemory();

  async function one(drawn: Input): Promise<void> {
    const input = memory.resolve(drawn);
    tally.sent += 1;
    if (!isHarmless(input)) return;
    const answer = await sender.ask(input).catch(unanswered);
    memory.note(input, answer);
    tally.statuses[answer.status] = (tally.statuses[answer.status] ?? 0) + 1;
    const { name } = input.operation;
    if (answer.status > 0 && answer.status < 300) tally.taken[name] = (tally.taken[name] ?? 0) + 1;
    const what = answer.status === 0 ? "was not answered" : complaint(input, answer);
    if (what !== null && tally.findings.length < MOST_FINDINGS)
      tally.findings.push({
        what,
        request: shown(input),
        answer: `${answer.status} ${answer.body.slice(0, 600)}`,
      });
  }

  for (let batch = 0; tally.sent < count; batch += 1) {
    const numRuns = Math.min(BATCH, count - tally.sent);
    const waiting = fc.sample(arbitrary, { numRuns, seed: seed * BATCHES + batch });
    const lane = async () => {
      for (let input = waiting.pop(); input !== undefined; input = waiting.pop()) await one(input);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    onProgress(tally);
  }
  sender.close();
  return tally;
}
