import { Value } from "typebox/value";
import { expect, test } from "vitest";
import {
  LINK_ACTIONS,
  LINK_KEY,
  LINK_MS,
  LINK_PATH,
  LinkClaims,
  linkClaims,
  linkText,
} from "../../../domain/contract/links.ts";

const claims: LinkClaims = {
  site: "BER1",
  incident: "INC-7",
  person: "ana",
  action: "acknowledge",
  notice: "n1",
  until: Date.parse("2026-11-30T08:00:00Z"),
};

test("what a link says is read as it was written, whatever order its fields came in", () => {
  expect(linkClaims(linkText(claims))).toEqual(claims);
  const { site, ...rest } = claims;
  expect(linkText({ ...rest, site })).toBe(linkText(claims));
  expect(Value.Check(LinkClaims, linkClaims(linkText(claims)))).toBe(true);
});

test.each(["", "{}", "[1]", "[1,2,3,4,5]", "null"])("%s is no link", (text) => {
  expect(Value.Check(LinkClaims, linkClaims(text))).toBe(false);
});

test("a link may do one of three things, for a day at most", () => {
  expect(LINK_ACTIONS).toEqual(["acknowledge", "assign", "shelve"]);
  expect(LINK_MS).toBe(86_400_000);
  expect(LINK_PATH.endsWith("/")).toBe(true);
  expect(LINK_KEY.bytes).toBe(32);
});
