/** A tower of a few lines: keeps what it is sent, and fails as it is told to. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ShiftPlan } from "../../domain/forecast/plan.ts";
import type { EventEnvelope } from "../../domain/event.ts";
import type { Site } from "../../domain/site.ts";

/** What to do with the next request that carries events. */
export type Mood =
  | "take"
  | "refuse-503"
  | "refuse-429"
  | "cut"
  | "take-and-cut"
  | "forbid"
  | "refuse-one"
  | "refuse-all";

export async function startTinyTower(given: readonly Site[] = []) {
  let sites = given;
  const sitesChangedAfter: number[] = [];
  const kept = new Map<string, string>();
  const conflicts: string[] = [];
  const order: EventEnvelope[] = [];
  const moods: Mood[] = [];
  let requests = 0;

  /** Keeps new ids; the same id with another body is noted as a conflict. */
  const keep = (lines: string[]): { accepted: number; duplicates: number } => {
    let accepted = 0;
    for (const line of lines) {
      const event = JSON.parse(line) as EventEnvelope;
      const id = `${event.source} ${event.id}`;
      const known = kept.get(id);
      if (known !== undefined && known !== line) conflicts.push(id);
      if (known !== undefined) continue;
      accepted += 1;
      kept.set(id, line);
      order.push(event);
    }
    return { accepted, duplicates: lines.length - accepted };
  };
  const reply = (response: ServerResponse, status: number, body: object, headers = {}): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
  const problem = {
    type: "about:blank",
    title: "no",
    detail: "no",
    code: "CT_ERR",
    retryable: true,
  };
  const take = (response: ServerResponse, lines: string[]): void =>
    reply(response, 202, { ...keep(lines), inbox: {} });
  const answers: Record<Mood, (response: ServerResponse, lines: string[]) => void> = {
    take,
    "refuse-503": (response) =>
      reply(response, 503, { ...problem, status: 503 }, { "retry-after": "0" }),
    "refuse-429": (response) => reply(response, 429, { ...problem, status: 429 }),
    forbid: (response) => reply(response, 403, { ...problem, status: 403 }),
    cut: (response) => void response.destroy(),
    "take-and-cut": (response, lines) => {
      keep(lines);
      response.destroy();
    },
    "refuse-one": (response, lines) => {
      const errors = [{ index: 0, path: "/data", message: "is wrong" }];
      reply(response, 207, { ...keep(lines.slice(1)), inbox: {}, errors });
    },
    "refuse-all": (response) => reply(response, 422, { ...problem, status: 422 }),
  };

  const get = (response: ServerResponse, path: string): void => {
    const [, source, id] = /^\/api\/v1\/events\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    if (source === undefined) return reply(response, 200, { version: 1, sites });
    const isKept = kept.has(`${decodeURIComponent(source)} ${decodeURIComponent(id ?? "")}`);
    reply(response, isKept ? 200 : 404, {});
  };
  const plans = new Map<string, ShiftPlan>();
  const put = (response: ServerResponse, path: string, body: string): void => {
    const site = new URL(path, "http://tower").searchParams.get("site") ?? "";
    if (path === "/api/v1/config/sites") {
      ({ sites } = JSON.parse(body) as { sites: Site[] });
      sitesChangedAfter.push(kept.size);
      return reply(response, 200, { version: 2, sites });
    }
    const { plan, ifVersion } = JSON.parse(body) as { plan: ShiftPlan; ifVersion: number };
    if (plans.has(site) && ifVersion === 0) return reply(response, 409, problem);
    plans.set(site, plan);
    reply(response, 200, {});
  };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      requests += 1;
      if (request.method === "GET") return get(response, request.url ?? "");
      if (request.method === "PUT") return put(response, request.url ?? "", body);
      answers[moods.shift() ?? "take"](response, body.trim().split("\n"));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    kept,
    conflicts,
    /** each event once, in the order in which it first came */
    order,
    moods,
    /** shift plans by site */
    plans,
    sites: () => sites,
    /** how many events were kept when the sites were changed, each time */
    sitesChangedAfter,
    requests: () => requests,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
