/**
 * Every operation x everybody x things of one's own site, of another site, and of nowhere. What must come is written down by hand (`matrix/expected.ts`); an
 * operation that has no line there fails.
 */
import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HTTP_OPERATIONS, SOCKET_OPERATIONS } from "../../domain/permissions.ts";
import { mayRole, type Asked, type Expected } from "./matrix/asks.ts";
import { HTTP_EXPECTED, SOCKET_EXPECTED } from "./matrix/expected.ts";
import { createWorld, type Place, type Subject, type World } from "./matrix/world.ts";

let world: World;
let cases = 0;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.app.close());

function ask(operation: string, subject: Subject, { url, payload, type }: Asked) {
  const [method] = operation.split(" ");
  return world.app.inject({
    method: method as "GET",
    url,
    headers: { ...subject.headers(), ...(type !== undefined && { "content-type": type }) },
    ...(payload !== undefined && { payload }),
  });
}

const may = ({ roles, scope }: Expected, subject: Subject): boolean => {
  if (roles === "open") return true;
  if (subject.role !== undefined) return mayRole(roles, subject.role);
  // what a wall may see comes by its socket
  if (subject.kind === "display") return false;
  if (scope === "any") return true;
  return scope !== "none" && (subject.scopes ?? []).includes(scope);
};

/** What must be answered; what is refused is refused before anything is looked for. */
function statusFor(expected: Expected, subject: Subject, target: "own" | "foreign"): number {
  if (expected.roles === "open") return expected.own;
  if (subject.kind === "anonymous" || subject.kind === "refused") return 401;
  if (!may(expected, subject)) return 403;
  return target === "own" ? expected.own : (expected.foreign ?? expected.own);
}

/** Of the answer only what may not tell another site's thing from one that is nowhere. */
function look({ statusCode, headers, body }: LightMyRequestResponse, place: Place): string {
  const said = body
    .replaceAll(/urn:control-tower:request:[\w-]+/g, "")
    .replaceAll(place.site, "<site>")
    .replaceAll(place.order, "<order>");
  return JSON.stringify([statusCode, headers["content-type"], said]);
}

async function prepare(expected: Expected, subject: Subject, place: Place): Promise<void> {
  if (expected.ends === "session") await subject.renew();
  if (expected.ends === "thing") await world.revive(place);
}

/** An action of this subject's own at both sites, done just now: what it may undo at home only. */
async function actAs(subject: Subject): Promise<void> {
  const known = await ask("GET /api/v1/session", subject, { url: "/api/v1/session" });
  if (known.statusCode !== 200) return;
  const { name } = known.json() as { name: string };
  for (const { site, order } of Object.values(world.places)) {
    const event = { id: `done-at-${site}`, source: `ui/${name}`, orderId: order };
    await world.app.inbox.append(site, [{ event: event as never, hash: "h" }]);
  }
}

const otherOf = ({ home }: Subject) => (home === "BER1" ? "NYC1" : "BER1");

/** Things of one's own site, of the other one, and of nowhere; what is about no site is asked once. */
function targetsOf({ foreign }: Expected, subject: Subject): ["own" | "foreign", Place][] {
  const own = world.places[subject.home];
  if (foreign === undefined) return [["own", own]];
  return [
    ["own", own],
    ["foreign", world.places[otherOf(subject)]],
    ["foreign", world.nowhere],
  ];
}

describe.each(Object.entries(HTTP_EXPECTED))("%s", (operation, expected) => {
  test(
    "answers everybody as it must, and what is not theirs as if it were not there",
    { timeout: 60_000 },
    async () => {
      const wrong: unknown[] = [];
      for (const subject of world.subjects) {
        if (operation.includes("undo")) await actAs(subject);
        const looks: string[][] = [];
        for (const [target, place] of targetsOf(expected, subject)) {
          const must = statusFor(expected, subject, target);
          const seen: string[] = [];
          for (const asked of expected.ask(place, subject.name)) {
            await prepare(expected, subject, place);
            const answer = await ask(operation, subject, asked);
            cases += 1;
            seen.push(look(answer, place));
            if (answer.statusCode !== must)
              wrong.push([
                subject.name,
                asked.url,
                answer.statusCode,
                must,
                answer.body.slice(0, 200),
              ]);
            if (target === "foreign" && answer.body.includes(world.mark(otherOf(subject))))
              wrong.push([subject.name, asked.url, "leaks", answer.body.slice(0, 200)]);
          }
          if (target === "foreign") looks.push(seen);
          if (expected.ends === "session") await subject.renew();
        }
        if (expected.foreign !== undefined && operation.startsWith("GET"))
          if (JSON.stringify(looks[0]) !== JSON.stringify(looks[1]))
            wrong.push([subject.name, "tells them apart", looks]);
      }
      expect(wrong).toEqual([]);
    },
  );
});

test("everything in the table of permissions is in the matrix, and nothing else", () => {
  expect(Object.keys(HTTP_EXPECTED).toSorted()).toEqual(Object.keys(HTTP_OPERATIONS).toSorted());
  expect(Object.keys(SOCKET_EXPECTED).toSorted()).toEqual(
    Object.keys(SOCKET_OPERATIONS).toSorted(),
  );
});

test("the matrix is as large as it says", () => {
  expect(cases).toBeGreaterThan(1_500);
});
