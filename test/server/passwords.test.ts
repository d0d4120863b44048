import { argon2Sync, scryptSync } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import {
  CURRENT_SCHEME,
  derivedCount,
  hashPassword,
  impossibleHash,
  isOutdated,
  verifyPassword,
} from "../../server/passwords.ts";
import { objectionTo, oneTimePassword } from "../../server/people/password-rules.ts";

// passwords are slow on purpose, and slower beside other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const plain = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");
const salt = Buffer.from("0123456789abcdef");

/** What another program, with the library alone, would have written. */
const foreignArgon2 = plain(
  argon2Sync("argon2id", {
    message: "a red lorry in the yard",
    nonce: salt,
    parallelism: 1,
    tagLength: 32,
    memory: 8_192,
    passes: 3,
  }),
);
const foreignScrypt = plain(
  scryptSync("a red lorry in the yard", salt, 32, { N: 2 ** 14, r: 8, p: 1, maxmem: 64e6 }),
);

describe("a kept password", () => {
  test("is argon2id of 19 MiB and two passes, as its text says", async () => {
    const kept = await hashPassword("a red lorry in the yard");
    expect(CURRENT_SCHEME).toMatchObject({ kind: "argon2id", memory: 19_456, passes: 2 });
    expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(isOutdated(kept)).toBe(false);
    expect(await verifyPassword("a red lorry in the yard", kept)).toBe(true);
    expect(await verifyPassword("a red lorry in the yare", kept)).toBe(false);
  });

  test("is another text each time", async () => {
    expect(await hashPassword("same words")).not.toBe(await hashPassword("same words"));
  });

  test("is verified with the parameters it was made with, and known to be outdated", async () => {
    const old = [
      `$argon2id$v=19$m=8192,t=3,p=1$${plain(salt)}$${foreignArgon2}`,
      `$scrypt$ln=14,r=8,p=1$${plain(salt)}$${foreignScrypt}`,
    ];
    for (const kept of old) {
      expect(isOutdated(kept)).toBe(true);
      expect(await verifyPassword("a red lorry in the yard", kept)).toBe(true);
      expect(await verifyPassword("A red lorry in the yard", kept)).toBe(false);
    }
  });

  test("where Node has no argon2 it is scrypt of 2^17", async () => {
    const kept = await hashPassword("slow", { kind: "scrypt", logN: 17, r: 8, p: 1 });
    expect(kept).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$/);
    expect(await verifyPassword("slow", kept)).toBe(true);
  });

  test("that is none costs one derived key too, and nothing fits it", async () => {
    for (const kept of ["", "$argon2id$v=19$m=1,t=1,p=1$x$y", "plain", impossibleHash()]) {
      const before = derivedCount();
      expect(await verifyPassword("anything", kept)).toBe(false);
      expect(derivedCount() - before).toBe(1);
    }
  });

  test("letters that look the same and are composed another way are the same password", async () => {
    const kept = await hashPassword("Gr\u00fc\u00dfe vom Turm");
    expect(await verifyPassword("Gru\u0308\u00dfe vom Turm", kept)).toBe(true);
  });

  test("more than two at work and twenty waiting are refused with when to come again", async () => {
    const all = Array.from({ length: 30 }, () => verifyPassword("x", impossibleHash()));
    const done = await Promise.allSettled(all);
    const refused = done.filter(({ status }) => status === "rejected");
    // on a machine that is very busy some wait in vain, too
    expect(refused.length).toBeGreaterThanOrEqual(8);
    expect(refused[0]).toMatchObject({
      reason: { code: "CT_ERR_TOO_MANY_REQUESTS", extra: { retryAfterSeconds: 2 } },
    });
    expect(done.filter((one) => one.status === "fulfilled" && one.value)).toHaveLength(0);
  });
});

describe("a password that is chosen", () => {
  test.each([
    ["short12", "8 characters"],
    ["x".repeat(129), "128 characters"],
    ["iloveyou", "tried first"],
    ["Password1", "tried first"],
    ["aaaaaaaaaaaa", "tried first"],
    ["abababababab", "tried first"],
    ["petra.meyer", "the name"],
    ["Petra.Meyer12", "the name"],
  ])("%s is refused: %s", async (password, why) => {
    expect(await objectionTo(password, "petra.meyer")).toContain(why);
  });

  test.each([
    "a red lorry in the yard",
    "ñandú ñandú volador",
    "petra.meyer walks the dog",
    "qzk4-vw8r",
  ])("%s may be taken, whatever kinds of letters it has", async (password) => {
    expect(await objectionTo(password, "petra.meyer")).toBeNull();
  });

  test("a one-time password is long, never the same, and passes the rules itself", async () => {
    const made = Array.from({ length: 50 }, oneTimePassword);
    expect(new Set(made).size).toBe(50);
    for (const one of made) expect(one).toMatch(/^([a-km-np-z2-9]{5}-){3}[a-km-np-z2-9]{5}$/);
    expect(await objectionTo(made[0] ?? "", "petra")).toBeNull();
  });
});
