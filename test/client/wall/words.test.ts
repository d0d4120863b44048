import { describe, expect, test } from "vitest";
import { CATALOGS, createWords, languageAmong, polishForm } from "../../../client/words/i18n.ts";
import { taskTitle } from "../../../client/wall/task-words.ts";
import type { WallCause, WallTask } from "../../../domain/contract/walls.ts";
import { INCIDENT_KINDS } from "../../../domain/incidents/incident.ts";
import { LANGUAGES } from "../../../domain/walls/slides.ts";

type Messages = { [key: string]: string | Messages };

/** `title.trucks` -> text */
function flat(messages: Messages, under = ""): Map<string, string> {
  return new Map(
    Object.entries(messages).flatMap(([key, value]) =>
      typeof value === "string"
        ? [[`${under}${key}`, value] as const]
        : [...flat(value, `${under}${key}.`)],
    ),
  );
}
const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
const catalogs = Object.entries(CATALOGS).map(
  ([language, catalog]) => [language, flat(catalog)] as const,
);
const english = flat(CATALOGS.en);

describe.each(catalogs)("the words in %s", (language, messages) => {
  test("are all there and none too many", () => {
    expect([...messages.keys()].toSorted()).toEqual([...english.keys()].toSorted());
    for (const [key, text] of messages) expect([key, text.trim()]).not.toEqual([key, ""]);
  });

  test("name the same placeholders as the English ones", () => {
    for (const [key, text] of messages) {
      const named = [...new Set(placeholders(text))].toSorted();
      expect([key, named]).toEqual([
        key,
        [...new Set(placeholders(english.get(key) ?? ""))].toSorted(),
      ]);
    }
  });

  test("have as many plural forms as the language has", () => {
    const forms = language === "pl" ? 3 : 2;
    for (const [key, text] of messages)
      if ((english.get(key) ?? "").includes("|"))
        expect([key, text.split("|").length]).toEqual([key, forms]);
  });

  test("are written by the real thing without a hole", () => {
    const words = createWords(language as (typeof LANGUAGES)[number]);
    const values = {
      count: 3,
      age: "4 s",
      time: "14:02",
      source: "3pl/north",
      at: 1,
      of: 5,
      build: "b",
      zone: "C",
      name: "SO-1",
      carrier: "DHL",
      day: "3. 4.",
    };
    for (const key of messages.keys()) {
      const text = words.global.t(key, values);
      expect(text).not.toMatch(/[{}|]/);
      expect(text).not.toBe(key);
    }
  });
});

test("every language of the contract has its catalog", () => {
  expect(Object.keys(CATALOGS).toSorted()).toEqual([...LANGUAGES].toSorted());
});

test("other languages are not English copied", () => {
  for (const [language, messages] of catalogs) {
    if (language === "en") continue;
    const same = [...messages].filter(([key, text]) => english.get(key) === text);
    expect(same.length).toBeLessThan(english.size / 10);
  }
});

test.each([
  [["pl-PL", "en"], "pl"],
  [["fr-FR", "es-419", "en"], "es"],
  [["DE"], "de"],
  [["fr", "toString"], "en"],
  [[], "en"],
])("a screen whose browser prefers %j is told in %s how it becomes a wall", (preferred, language) =>
  expect(languageAmong(preferred)).toBe(language),
);

test("Polish counts one, a few and many", () => {
  const forms = [1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 102, 112].map(polishForm);
  expect(forms).toEqual([0, 1, 1, 2, 2, 2, 2, 2, 1, 2, 1, 2]);
  const { t, locale } = createWords("pl").global;
  expect(locale.value).toBe("pl");
  expect(t("do.orders", { count: 22 }, 22)).toBe("22 zamówienia");
  expect(t("do.orders", { count: 5 }, 5)).toBe("5 zamówień");
});

const counts = { severity: 2, process: null, actBy: null, truck: null, state: "open" } as const;
const task = (cause: WallCause, change: Partial<WallTask> = {}): WallTask => ({
  id: "INC-1",
  incident: "INC-1",
  title: "Carrier Carrier A, on the way: 8 parcels will come late",
  sev: "at_risk",
  orders: 8,
  cause,
  ...counts,
  ...change,
});

test.each([
  ["en", "Carrier A, on the way: 8 orders"],
  ["de", "Carrier A, unterwegs: 8 Aufträge"],
  ["es", "Carrier A, en camino: 8 pedidos"],
  ["pl", "Carrier A, w drodze: 8 zamówień"],
] as const)("the cause of an incident is said in the wall's language (%s)", (language, title) => {
  const { t } = createWords(language).global;
  const about = [
    { name: "carrier", value: "Carrier A" },
    { name: "process", value: "transit" },
  ];
  expect(taskTitle(task({ kind: "common_cause", about }), t)).toBe(title);
});

test("orders that share a service say that it is one", () => {
  const about = [{ name: "service", value: "express" }];
  const title = taskTitle(task({ kind: "common_cause", about }), createWords("en").global.t);
  expect(title).toMatch(/^Service express: /);
});

test("every kind of incident and every attribute has words in every language, and none is English by mistake", () => {
  const abouts = ["pick:C", "dock", "backorder"].map((value) => [{ name: "process", value }]);
  const shared = [
    "zone",
    "sku",
    "hold",
    "arrivals",
    "exception",
    "pickup",
    "station",
    "service",
  ].map((name) => [{ name, value: "x" }]);
  for (const language of LANGUAGES) {
    const { t } = createWords(language).global;
    for (const kind of INCIDENT_KINDS)
      for (const about of [[], ...abouts, ...shared]) {
        const title = taskTitle(task({ kind, about }), t);
        expect(title).not.toMatch(/cause\.|process\.|code\.|Carrier/);
        expect(title.length).toBeGreaterThan(2);
      }
  }
  const { t } = createWords("de").global;
  const about = [{ name: "order", value: "SO-1" }];
  expect(taskTitle(task({ kind: "order_delay", about }, { sev: "late" }), t)).toBe(
    "SO-1 ist verspätet",
  );
});

test("what was shipped late is not called as what is late: the one wall shows both in turn", () => {
  for (const { today, grid } of Object.values(CATALOGS)) expect(today.late).not.toBe(grid.late);
});
