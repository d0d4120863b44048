import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dictionaryText } from "../../bin/write-dictionary.ts";

const docs = join(import.meta.dirname, "../../docs");

test("docs/history.md is what the schema says (node bin/write-dictionary.ts)", () => {
  expect(readFileSync(join(docs, "history.md"), "utf8")).toBe(dictionaryText());
});

test("the dashboard for Grafana asks only for metrics that the server has", async () => {
  const board = JSON.parse(readFileSync(join(docs, "grafana.json"), "utf8")) as {
    panels: { targets: { expr: string; legendFormat: string }[] }[];
  };
  const { BEARER, fakeTower } = await import("../server/fake-app.ts");
  const tower = await fakeTower();
  const at = tower.app.now();
  for (const site of ["BER1", "NYC1"]) {
    tower.fill(site, []);
    tower.history.said.set(
      site,
      JSON.stringify({
        state: "current",
        store: "sqlite",
        at,
        epoch: "e",
        seq: 1,
        behind: 0,
        gaps: 0,
      }),
    );
  }
  const { body } = await tower.app.inject({ url: "/metrics", headers: BEARER });
  await tower.app.close();
  const known = new Set([...body.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
  const asked = board.panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => expr.match(/\b(?:ct|nodejs|process)_\w+/g) ?? []),
  );
  expect(asked.length).toBeGreaterThan(8);
  // what a line is called by is there to be called by
  for (const { expr, legendFormat } of board.panels.flatMap(({ targets }) => targets)) {
    const [sample] = body.match(new RegExp(`^${/\bct_\w+/.exec(expr)?.[0]}\\{.*`, "m")) ?? [];
    for (const [, label] of sample === undefined ? [] : legendFormat.matchAll(/\{\{(\w+)\}\}/g))
      expect([expr, sample]).toEqual([expr, expect.stringContaining(`${label}="`)]);
  }
  expect(
    asked.filter(
      (name) => !known.has(name) && !known.has(name.replace(/_(bucket|sum|count|total)$/, "")),
    ),
  ).toEqual([]);
});
