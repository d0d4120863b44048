import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { describe, expect, test } from "vitest";
import { checkExternalRedis, objections } from "../../bin/external-redis.ts";
import { firstExecutable, searchFolders } from "../../bin/redis-binary.ts";
import { tempDir } from "../support/temp-dir.ts";

const openssl = firstExecutable(["openssl"], searchFolders(process.env));

/** A certificate that nobody vouches for. */
function selfSigned(dir: string): { cert: Buffer; key: Buffer } {
  const [cert, key] = [join(dir, "cert"), join(dir, "key")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-subj", "/CN=localhost", "-days", "2", "-keyout", key, "-out", cert];
  execFileSync(openssl ?? "", ["req", "-x509", ...kind, ...files], { stdio: "ignore" });
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

describe("a Redis that somebody else runs", () => {
  test("is taken when it keeps what it is given", () => {
    expect(
      objections({
        version: "6.2.0",
        policy: "noeviction",
        appendonly: "yes",
        role: "master",
        refused: [],
      }),
    ).toEqual([]);
  });

  test("is taken when its provider forbids asking", () => {
    expect(
      objections({
        version: undefined,
        policy: undefined,
        appendonly: undefined,
        role: undefined,
        refused: [],
      }),
    ).toEqual([]);
  });

  test("is refused with every reason", () => {
    const found = objections({
      version: "6.0.16",
      policy: "allkeys-lru",
      appendonly: "no",
      role: "slave",
      refused: ["EVALSHA"],
    });
    expect(found).toHaveLength(5);
    expect(found.join("\n")).toMatch(
      /6\.0\.16[^]*noeviction[^]*appendonly yes[^]*replica[^]*refuses EVALSHA/,
    );
  });

  test.skipIf(openssl === null)(
    "with a certificate that nobody vouches for is told so, with the way out",
    async () => {
      using dir = tempDir();
      const server = createServer(selfSigned(dir.path)).listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      await expect(checkExternalRedis(`rediss://127.0.0.1:${port}`)).rejects.toThrow(
        /the certificate of .* is not trusted \(\w+\).*NODE_EXTRA_CA_CERTS=/,
      );
      server.close();
    },
  );
});
