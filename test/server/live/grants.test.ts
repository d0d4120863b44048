import { expect, test, vi } from "vitest";
import type { Principal } from "../../../domain/permissions.ts";
import { createGrants } from "../../../server/live/grants.ts";
import type { BoardServer } from "../../../server/live/viewers.ts";
import type { Credential } from "../../../server/plugins/auth.ts";
import { problem } from "../../../server/problem.ts";

const viewer = (name: string): Principal => ({
  kind: "person",
  name,
  role: "viewer",
  permissions: new Set(["board:read"]),
  sites: new Set(["BER1"]),
});

/** A socket of each name, and what they were told. */
function sockets(...names: string[]) {
  const told: Record<string, string[]> = {};
  const all = names.map((name) => {
    const own: string[] = (told[name] = []);
    const data = {
      principal: viewer(name),
      sessionKey: name,
      audience: "reduced",
      looking: new Map(),
    };
    const emit = (_event: string, { reason }: { reason: string }) => own.push(reason);
    return { data, emit, disconnect: () => own.push("disconnected") };
  });
  const io = { sockets: { sockets: new Map(all.map((one) => [one.data.sessionKey, one])) } };
  return { told, io: io as unknown as BoardServer };
}

test("a credential that cannot be read opens nothing, and those behind it are still asked for", async () => {
  const { told, io } = sockets("broken", "gone", "stays");
  const standing = vi.fn(async ({ principal }: Credential) => {
    if (principal.name === "broken") throw new SyntaxError("Unexpected end of JSON input");
    return principal.name === "gone" ? null : principal;
  });
  await createGrants({ io, leave: vi.fn(), standing }).check();
  expect(told).toEqual({
    broken: ["expired", "disconnected"],
    gone: ["expired", "disconnected"],
    stays: [],
  });
});

test("while the store is away nobody is thrown out", async () => {
  const { told, io } = sockets("one", "two");
  const standing = vi.fn(async () => {
    throw problem("CT_ERR_UNAVAILABLE", "The store does not answer.");
  });
  await createGrants({ io, leave: vi.fn(), standing }).check();
  expect(told).toEqual({ one: [], two: [] });
  // a store that hangs is asked once a round, not once for everybody
  expect(standing).toHaveBeenCalledTimes(1);
});
