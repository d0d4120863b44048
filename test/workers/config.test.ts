import { expect, test } from "vitest";
import { readConfig } from "../../workers/config.ts";

test("an empty environment is enough", () => {
  expect(readConfig({})).toMatchObject({ redisUrl: "redis://127.0.0.1:6379", logHours: 24 });
});

test("every mistake is named with what the setting means, and no secret is shown", () => {
  const env = { CT_LOG_HOURS: "many", DATABASE_URL: "mysql://me:secret@host/db" };
  let message = "";
  try {
    readConfig(env);
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain('CT_LOG_HOURS is not what it may be (it is "many"). Hours of changes');
  expect(message).toContain("DATABASE_URL is not what it may be. ");
  expect(message).not.toContain("secret@");
});
