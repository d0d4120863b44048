import { describe, expect, test } from "vitest";
import {
  ALLOW_PATTERN,
  isInside,
  literalOf,
  targetObjection,
} from "../../domain/webhook-target.ts";

const NONE = new Set<string>();
const objection = (url: string, allowed: ReadonlySet<string> = NONE) =>
  targetObjection(new URL(url), allowed);

describe("where a webhook may lead", () => {
  test.each([
    "https://receiver.example.com/in?x=1",
    "https://receiver.example.com:8443/",
    "https://93.184.215.14/",
    "https://[2606:2800:21f:cb07::1]/",
    "https://bücher.example.com/",
    "https://receiver.example.com./",
  ])("%s", (url) => expect(objection(url)).toBeNull());

  test.each([
    ["http://receiver.example.com/", "https://"],
    ["https://receiver.example.com:9000/", "port"],
    ["https://me:secret@receiver.example.com/", "user name"],
    ["https://receiver/", "full host name"],
    ["https://receiver.internal/", "inside"],
    ["https://10.1.2.3/", "public internet"],
  ])("%s is refused: %s", (url, why) => expect(objection(url)).toContain(why));

  test("an origin that is allowed by name is, and only that", () => {
    const allowed = new Set(["http://127.0.0.1:9000"]);
    expect(objection("http://127.0.0.1:9000/in", allowed)).toBeNull();
    expect(objection("http://127.0.0.1:9001/in", allowed)).not.toBeNull();
    expect(objection("https://127.0.0.1:9000/in", allowed)).not.toBeNull();
    expect(objection("http://a:b@127.0.0.1:9000/in", allowed)).not.toBeNull();
  });

  test.each([
    ["8.8.8.8", false],
    ["100.63.255.255", false],
    ["100.64.0.0", true],
    ["172.15.255.255", false],
    ["172.31.255.255", true],
    ["172.32.0.0", false],
    ["223.255.255.255", false],
    ["224.0.0.0", true],
    ["1.2.3", true],
    ["1.2.3.256", true],
    ["01.2.3.4", true],
    ["2606:4700::1111", false],
    ["2001:4860:4860::8888", false],
    ["2001:200::1", false],
    ["2001:1ff::1", true],
    ["2002:808:808::1", true],
    ["::ffff:8.8.8.8", true],
    ["64:ff9b::8.8.8.8", true],
    ["fe80::1%eth0", true],
    ["1::2::3", true],
    ["2606:4700:1:2:3:4:5:6:7", true],
    ["nonsense", true],
    ["", true],
  ])("%s: inside is %s", (address, is) => expect(isInside(address)).toBe(is));

  test("a host is an address or a name", () => {
    expect(literalOf("[::1]")).toBe("::1");
    expect(literalOf("127.0.0.1.")).toBe("127.0.0.1");
    expect(literalOf("example.com")).toBeNull();
  });

  test("the allow list is origins, with nothing behind them", () => {
    const is = (text: string) => new RegExp(ALLOW_PATTERN).test(text);
    expect(is("")).toBe(true);
    expect(is("https://a.internal:9443, http://127.0.0.1:9000")).toBe(true);
    expect(is("https://a.internal/path")).toBe(false);
    expect(is("*")).toBe(false);
  });
});
