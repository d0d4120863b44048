import { expect, test } from "vitest";
import { readConfig } from "../../server/config.ts";

test("an empty environment is enough", () => {
  expect(readConfig({})).toMatchObject({
    host: "127.0.0.1",
    port: 3000,
    redisUrl: "redis://127.0.0.1:6379",
    origins: [],
    demo: false,
    secretFile: "./data/secret",
  });
});

test("every mistake is named at once", () => {
  const env = { PORT: "http", CT_BOOTSTRAP_KEY: "short", LOG_LEVEL: "loud", REDIS_URL: "nowhere" };
  let message = "";
  try {
    readConfig(env);
  } catch (error) {
    message = String(error);
  }
  for (const name of Object.keys(env)) expect(message).toContain(name);
});

test("a mistake is told in words: what is wrong, what it is now and what it may be", () => {
  const env = { CT_ORIGINS: "x", CT_BOOTSTRAP_KEY: "short", LOG_LEVEL: "" };
  expect(() => readConfig(env)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(
        /^The environment has 2 mistakes:\nCT_ORIGINS is not what it may be \(it is "x"\)\. Origins .*\nCT_BOOTSTRAP_KEY needs 32 characters or more\. /s,
      ),
    }),
  );
});

test("a secret that is wrong is not repeated", () => {
  expect(() => readConfig({ CT_BOOTSTRAP_KEY: "too-short-a-key" })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("too-short-a-key") }),
  );
});

test("the demo is for loopback only", () => {
  expect(() => readConfig({ CT_DEMO: "1", HOST: "0.0.0.0" })).toThrow("CT_DEMO=1");
  expect(readConfig({ CT_DEMO: "1", HOST: "::1" }).demo).toBe(true);
  const asked = { CT_DEMO: "1", HOST: "0.0.0.0", CT_DEMO_ANYWHERE: "1" };
  expect(readConfig(asked).demo).toBe(true);
});

test("origins are a list", () => {
  const { origins } = readConfig({ CT_ORIGINS: "https://a.example, http://b.example:8080" });
  expect(origins).toEqual(["https://a.example", "http://b.example:8080"]);
  expect(() => readConfig({ CT_ORIGINS: "https://a.example/path" })).toThrow("CT_ORIGINS");
});

test("an empty variable counts as not set", () => {
  expect(readConfig({ PORT: "", CT_ADMIN_PASSWORD: "" })).toMatchObject({ port: 3000 });
});
