import { expect, test } from "vitest";
import { shownUrl } from "../../workers/redis.ts";

test.each([
  ["redis://tower:s3cret@127.0.0.1:6379", "redis://127.0.0.1:6379"],
  ["rediss://:s3cret@redis.example:6380/0?password=s3cret", "rediss://redis.example:6380/0"],
  ["redis://tower:s3@cret@127.0.0.1:6379", "redis://127.0.0.1:6379"],
  ["unix:///run/redis.sock?user=tower&password=s3cret", "unix:///run/redis.sock"],
])("the log says where Redis is, not with which password: %s", (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});
