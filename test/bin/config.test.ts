import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readEnvironment } from "../../bin/check-environment.ts";
import { BLOCKED_PORTS, ConfigError, publicUrl, readSupervisorConfig } from "../../bin/config.ts";

describe("the supervisor's environment", () => {
  test("may be empty", () => {
    expect(readSupervisorConfig({}, true)).toEqual({
      host: "127.0.0.1",
      port: 3000,
      dataDir: resolve("data"),
      redisUrl: null,
      bootstrapKey: null,
      secretFile: null,
      isSecure: false,
    });
  });

  test("says https where the server has a certificate", () => {
    const { isSecure } = readSupervisorConfig({ CT_TLS_CERT: "cert.pem" }, false);
    expect(publicUrl({ host: "127.0.0.1", port: 3000, isSecure })).toBe("https://127.0.0.1:3000");
  });

  test("counts an empty variable as not set", () => {
    expect(readSupervisorConfig({ PORT: "", REDIS_URL: " " }, true)).toMatchObject({
      port: 3000,
      redisUrl: null,
    });
  });

  test("has every mistake named at once", () => {
    const env = {
      PORT: "70000",
      REDIS_URL: "localhost",
      CT_BOOTSTRAP_KEY: "short",
      HOST: "0.0.0.0",
    };
    const read = () => readSupervisorConfig(env, true);
    expect(read).toThrow(ConfigError);
    for (const name of Object.keys(env)) expect(read).toThrow(name);
  });

  test.each(["0", "-1", "3000x", "65536", "1e3"])("refuses %s as a port", (port) => {
    expect(() => readSupervisorConfig({ PORT: port }, false)).toThrow(`PORT=${port}`);
  });

  test("refuses the ports that no browser opens: the tower would be up, and nobody could come", async () => {
    for (const port of BLOCKED_PORTS) {
      expect(() => readSupervisorConfig({ PORT: String(port) }, false)).toThrow(`PORT=${port}: no`);
      // refused before anything is asked
      const asked = fetch(`http://127.0.0.1:${port}/`);
      await expect(asked).rejects.toMatchObject({ cause: { message: "bad port" } });
    }
  });

  test.each(["redis://r:6379", "rediss://:pw@r:6380/1", "unix:///run/redis.sock"])(
    "takes %s as a Redis",
    (url) => {
      expect(readSupervisorConfig({ REDIS_URL: url }, false).redisUrl).toBe(url);
    },
  );

  test("lets the demo with its public passwords listen on this machine only", () => {
    expect(() => readSupervisorConfig({ HOST: "0.0.0.0" }, true)).toThrow("npm run serve");
    expect(readSupervisorConfig({ HOST: "127.0.0.2" }, true).host).toBe("127.0.0.2");
    const asked = { HOST: "0.0.0.0", CT_DEMO_ANYWHERE: "1" };
    expect(readSupervisorConfig(asked, true).host).toBe("0.0.0.0");
    expect(readSupervisorConfig({ HOST: "0.0.0.0" }, false).host).toBe("0.0.0.0");
  });

  test("never repeats a key in a message", () => {
    expect(() => readSupervisorConfig({ CT_BOOTSTRAP_KEY: "hunter2" }, false)).toThrow(
      /^(?!.*hunter2)/,
    );
  });
});

test.each([
  ["127.0.0.1", "http://127.0.0.1:3000"],
  ["0.0.0.0", "http://127.0.0.1:3000"],
  ["::", "http://127.0.0.1:3000"],
  ["::1", "http://[::1]:3000"],
  ["tower.local", "http://tower.local:3000"],
])("a server on %s is reached at %s", (host, url) => {
  expect(publicUrl({ host, port: 3000, isSecure: false })).toBe(url);
});

describe("the environment of all parts", () => {
  test("may be empty", async () => {
    expect(await readEnvironment({}, true)).toEqual(readSupervisorConfig({}, true));
  });

  test("has the mistakes of supervisor, server, workers and sites file named at once, each once", async () => {
    const env = {
      PORT: "70000",
      CT_BOOTSTRAP_KEY: "short",
      LOG_LEVEL: "loud",
      CT_ORIGINS: "nonsense",
      CT_ADMIN_PASSWORD: "short",
      DATABASE_URL: "mysql://x",
      CT_LOG_HOURS: "long",
      CT_SITES_FILE: "/no/such/sites.json",
    };
    const refusal: unknown = await readEnvironment(env, false).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ConfigError);
    const lines = (refusal as ConfigError).message.split("\n");
    for (const name of Object.keys(env))
      expect([name, lines.filter((line) => line.startsWith(name)).length]).toEqual([name, 1]);
    expect(lines).toHaveLength(Object.keys(env).length);
  });

  test("has a password that is tried first named before anything is started, beside the rest", async () => {
    const env = { CT_ADMIN_PASSWORD: "password1", LOG_LEVEL: "loud" };
    const refusal: unknown = await readEnvironment(env, false).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ConfigError);
    expect((refusal as ConfigError).message).toMatch(/^LOG_LEVEL.*\nCT_ADMIN_PASSWORD is refused/);
    const good = { CT_ADMIN_PASSWORD: "a sentence of its own" };
    expect(await readEnvironment(good, false)).toEqual(readSupervisorConfig(good, false));
  });
});
