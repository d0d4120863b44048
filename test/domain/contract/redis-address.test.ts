import { describe, expect, test } from "vitest";
import {
  isReadableRedisUrl,
  REDIS_URL_FORM,
  redisAddress,
  shownRedisUrl,
} from "../../../domain/contract/redis-address.ts";

describe("the address of Redis", () => {
  test.each([
    ["redis://127.0.0.1:6379", { url: "redis://127.0.0.1:6379" }],
    [
      "redis://tower:s3cret@redis.example:6379/2",
      { url: "redis://tower:s3cret@redis.example:6379/2" },
    ],
    [
      "rediss://redis.example:6380?user=tower&password=s3cret",
      { url: "rediss://redis.example:6380", username: "tower", password: "s3cret" },
    ],
    ["redis://r:6379/1?a=1&password=x&b=2", { url: "redis://r:6379/1?a=1&b=2", password: "x" }],
    ["unix:///run/100%.sock?password=5%", { socket: { path: "/run/100%.sock" }, password: "5%" }],
    ["unix:///run/redis.sock", { socket: { path: "/run/redis.sock" } }],
    [
      "unix:///run/my%20redis%23.sock?user=tower&password=a%26b",
      { socket: { path: "/run/my redis#.sock" }, username: "tower", password: "a&b" },
    ],
  ])("is read as it is meant: %s", (url, address) => {
    expect(url).toMatch(REDIS_URL_FORM);
    expect(redisAddress(url)).toEqual(address);
  });

  test.each([
    ["redis://tower:s3cret@127.0.0.1:6379", "redis://127.0.0.1:6379"],
    ["rediss://:s3cret@redis.example:6380/0?password=s3cret", "rediss://redis.example:6380/0"],
    ["redis://tower:s3@cret@127.0.0.1:6379", "redis://127.0.0.1:6379"],
    ["redis://:s3/cr@et@127.0.0.1:6379/1", "redis://127.0.0.1:6379/1"],
    ["redis://:s3?cr@127.0.0.1:6379", "redis://127.0.0.1:6379"],
    ["unix:///run/redis.sock?user=tower&password=s3cret", "unix:///run/redis.sock"],
    ["unix:///run/a@b/redis.sock", "unix:///run/a@b/redis.sock"],
    ["unix:///run/redis.sock?password=s3@cret", "unix:///run/redis.sock"],
  ])("is shown without name and password: %s", (url, shown) => {
    expect(shownRedisUrl(url)).toBe(shown);
  });

  test.each([
    ["redis://127.0.0.1:6379", true],
    ["redis://tower:p%40ss%2Fw@127.0.0.1:6379/2?a=1", true],
    ["unix:///run/my#redis.sock?password=a", true],
    ["rediss://[::1]:6380", true],
    ["redis://:p@ss@redis.example", true],
    ["redis://:p/ss@127.0.0.1:6379", false],
    ["redis://:p#ss@127.0.0.1:6379", false],
    ["redis://:p?ss@127.0.0.1:6379", false],
  ])("can be told apart from its password: %s", (url, isReadable) => {
    expect(isReadableRedisUrl(url)).toBe(isReadable);
  });
});
