import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { checkAudit, linesOf } from "../../bin/commands/verify-audit.ts";
import { createSigner } from "../../server/audit/anchor.ts";
import { type AuditHead, NO_HEAD, entryOf, headOf, linkAfter } from "../../server/audit/chain.ts";

const signer = createSigner(randomBytes(32));

function exportOf(length: number, who = "ann") {
  const lines: string[] = [];
  const heads: AuditHead[] = [];
  let head = NO_HEAD;
  for (let n = 1; n <= length; n += 1) {
    const link = linkAfter(head, { who, what: "order.note", subject: `SO-${n}` }, n * 1_000);
    head = headOf(link);
    heads.push(head);
    lines.push(JSON.stringify(entryOf(link)));
  }
  const log = heads.map((one) => JSON.stringify({ level: 30, anchor: signer.anchor(one) }));
  return { lines, end: JSON.stringify({ anchor: signer.anchor(head) }), log };
}

async function* stream(lines: string[]) {
  yield* lines;
}
const check = (lines: string[], log: string[] = [], key = signer.key) =>
  checkAudit({ lines: stream(lines), log: stream(log) }, key);

const { lines, end, log } = exportOf(50);

test("a whole export, with the anchors of the log, has no finding", async () => {
  const checked = await check([...lines, end], ["no anchor", ...log]);
  expect(checked).toMatchObject({ entries: 50, found: 0, anchors: 50, problems: [] });
});

test("an edited line is named by its number", async () => {
  const edited = lines.with(20, (lines[20] ?? "").replace("ann", "bob"));
  const { findings } = await check([...edited, end]);
  expect(findings).toMatchObject([{ n: 21, is: "edited" }]);
});

test("a cut export is told by its head, by the missing head, and by an anchor behind the cut", async () => {
  expect((await check([...lines.slice(0, 40), end])).findings).toMatchObject([
    { n: 41, is: "cut off" },
  ]);
  expect((await check(lines.slice(0, 40))).problems).toHaveLength(1);
  const { problems } = await check(lines.slice(0, 40), log.slice(44, 45));
  expect(problems[0]).toMatch(/anchor of entry 45 .* the chain was cut/);
});

test("a chain rewritten from the start is told by an anchor of before", async () => {
  const other = exportOf(50, "bob");
  const checked = await check([...other.lines, other.end], log.slice(9, 10));
  expect(checked.found).toBe(0);
  expect(checked.problems).toEqual([expect.stringMatching(/anchor of entry 10 .* rewritten/)]);
});

test("an anchor or a head that somebody else signed is no anchor", async () => {
  const stranger = createSigner(randomBytes(32)).key;
  expect((await check([...lines, end], log.slice(0, 1), stranger)).problems).toHaveLength(2);
});

test("lines are all there, however late somebody begins to read them", async () => {
  const late = linesOf(() => Readable.from([`${lines.join("\n")}\n`]));
  await sleep(50);
  const found: string[] = [];
  for await (const line of late) found.push(line);
  expect(found).toEqual(lines);
});
