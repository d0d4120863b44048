import { expect, test } from "vitest";
import {
  digestOf,
  htmlText,
  messageOf,
  plainText,
  pushBody,
  slackBody,
  teamsBody,
} from "../../../domain/incidents/message.ts";
import type { Notice } from "../../../domain/incidents/notice.ts";

const NOW = Date.parse("2026-11-27T14:00:00Z");
const notice: Notice = {
  id: "n1",
  site: "BER1",
  incident: "INC-7",
  why: "escalated",
  at: NOW,
  targets: [],
  people: [],
  important: false,
  title: 'SKU <b>4711</b> & "co"',
  severity: "S2",
  kind: "common_cause",
  actBy: NOW + 3_600_000,
  orders: 17,
  doThis: "Bring stock from aisle 12",
  words: "Nobody has taken it",
  generation: 1,
};
const link = { label: "Open", url: "https://tower.example.org/inbox?a=1&b=2" };

test("a message says severity, why, what, by when and what to do", () => {
  const message = messageOf(notice, "Europe/Berlin", [link]);
  expect(message.subject).toBe('[S2] Escalated: SKU <b>4711</b> & "co"');
  expect(message.lines[0]).toMatch(/^BER1 · 17 orders · act before .*16:00/);
  expect(plainText(message)).toContain("Do this: Bring stock from aisle 12");
  expect(plainText(message)).toContain("Open: https://tower.example.org/inbox?a=1&b=2");
});

test("nothing of it becomes markup in a mail or a room", () => {
  const hostile = messageOf({ ...notice, words: "<script>alert(1)</script> <!channel>" }, "UTC", [
    link,
  ]);
  expect(htmlText(hostile)).not.toContain("<script>");
  expect(htmlText(hostile)).toContain("a=1&amp;b=2");
  expect(slackBody(hostile)).not.toContain("<!channel>");
  expect(JSON.parse(teamsBody(hostile))).toMatchObject({
    attachments: [{ content: { type: "AdaptiveCard", actions: [{ url: link.url }] } }],
  });
});

test("a digest names each incident once, as it was last, the gravest first", () => {
  const later = { ...notice, id: "n2", at: NOW + 1, title: "SKU 4711: 23 orders" };
  const grave = {
    ...notice,
    id: "n3",
    incident: "INC-9",
    severity: "S1" as const,
    title: "DHL 16:00",
  };
  const message = digestOf(
    [later, notice, grave],
    () => "UTC",
    [link],
    (one) => [{ label: "Acknowledge", url: `https://tower.example.org/l/${one.id}` }],
  );
  expect(message.subject).toBe("[S1] 2 incidents");
  expect(message.lines.map((line) => line.slice(0, 10))).toEqual(["[S1] INC-9", "[S2] INC-7"]);
  expect(message.lines[1]).toContain("23 orders");
  expect(message.links).toEqual([
    link,
    { label: "INC-9: Acknowledge", url: "https://tower.example.org/l/n3" },
    { label: "INC-7: Acknowledge", url: "https://tower.example.org/l/n2" },
  ]);
});

test("a digest of several sites tells each in its own time", () => {
  const far = { ...notice, id: "n4", site: "NYC1", incident: "INC-2", actBy: NOW };
  const zones: Record<string, string> = { BER1: "Europe/Berlin", NYC1: "America/New_York" };
  const home = { ...notice, actBy: NOW };
  const { lines, links } = digestOf(
    [home, far],
    (site) => zones[site] ?? "",
    [link, link],
    () => [],
  );
  expect(lines[0]).toContain("BER1 · 17 orders · act before Fri 27 Nov 15:00 CET");
  expect(lines[1]).toContain("NYC1 · 17 orders · act before Fri 27 Nov 09:00 EST");
  expect(links).toHaveLength(2);
});

test("a push stays within what push services take, and has buttons for the links that act", () => {
  const acting = ["Acknowledge", "It is mine", "Shelve for an hour"].map((label) => ({
    label,
    url: `https://tower.example.org/l/${"t".repeat(250)}`,
  }));
  const words = "ü".repeat(10_000);
  const long = messageOf({ ...notice, title: words, words }, "UTC", [link, ...acting]);
  const text = pushBody(long, "n1");
  expect(Buffer.byteLength(text)).toBeLessThan(3_900);
  expect(JSON.parse(text)).toMatchObject({
    tag: "n1",
    url: link.url,
    actions: acting.map(({ label, url }) => ({ title: label, url })),
  });
});
