import { describe, expect, test } from "vitest";
import {
  calibrationOption,
  calibrationPoints,
} from "../../../client/forecast/calibration-option.ts";
import {
  basisWords,
  calibrationWords,
  figuresOf,
  skillOf,
} from "../../../client/forecast/quality-words.ts";
import { judgedLinks, periodLinks } from "../../../client/forecast/judged-links.ts";
import type { ForecastQuality, QualityFigures } from "../../../domain/contract/api.ts";

const TOTAL: QualityFigures = {
  orders: 200,
  missed: 20,
  baseRate: 0.1,
  brier: 0.025,
  baseBrier: 0.09,
  calibrationError: 0.02,
  auc: 0.98,
  etaErrorMinutes: 20,
  etaRelativeError: 0.3,
  alarms: { right: 18, wrong: 2, silent: 2, precision: 0.9, recall: 0.9 },
  leadMinutes: 120,
};
const valueOf = (id: string, total = TOTAL) => figuresOf(total).find((one) => one.id === id)?.value;
const bin = (shown: number | null, seen: number | null, n: number) => ({
  from: 0,
  to: 0.05,
  shown,
  seen,
  n,
});

describe("the quality of forecasts", () => {
  test("is said in numbers that a person can check", () => {
    expect(valueOf("precision")).toBe("90 %");
    expect(valueOf("lead")).toBe("120 min");
    expect(valueOf("skill")).toBe("72 %");
    expect(figuresOf(TOTAL).find(({ id }) => id === "precision")?.meaning).toContain(
      "Of 20 alarms, 18 orders did miss",
    );
  });

  test("is not invented where there is none", () => {
    const none = { ...TOTAL, brier: null, baseBrier: null, auc: null, leadMinutes: null };
    expect(skillOf(none)).toBeNull();
    expect([valueOf("skill", none), valueOf("auc", none), valueOf("lead", none)]).toEqual([
      "–",
      "–",
      "–",
    ]);
    expect(basisWords({ basis: "budgets", settled: 0 })).toContain("Not enough history");
    expect(basisWords({ basis: "learning", settled: 1_234 })).toContain("1,234 orders");
  });

  test("is drawn only where enough was seen, next to the line of a perfect forecast", () => {
    const points = calibrationPoints([bin(0.1, 0.12, 100), bin(0.5, 0.9, 5), bin(null, null, 0)]);
    expect(points).toEqual([{ shown: 10, seen: 12, n: 100 }]);
    const colors = {
      text: "t",
      muted: "m",
      line: "l",
      surface: "s",
      series: ["a", "b", "c"] as const,
    };
    const option = calibrationOption(points, { ...colors, series: ["a", "b", "c"] }, "words");
    expect(option["series"]).toMatchObject([
      {
        data: [
          [0, 0],
          [100, 100],
        ],
      },
      { data: [[10, 12]] },
    ]);
  });

  test("opens the orders that each figure counts, of a day and of all days, and nothing where there is none", () => {
    const day = (name: string) => ({ day: name, figures: TOTAL });
    const quality = { site: "BER1", days: [day("2026-02-10"), day("2026-02-12")], total: TOTAL };
    expect(periodLinks(quality as ForecastQuality).precision).toEqual({
      path: "/analytics/alarms/orders",
      query: { site: "BER1", from: "2026-02-10", to: "2026-02-12", metric: "alarmPrecision" },
    });
    expect(periodLinks({ ...quality, days: [] } as unknown as ForecastQuality)).toEqual({});
    const span = { from: "2026-02-10", to: "2026-02-10" };
    const alarms = { ...TOTAL.alarms, right: 0, wrong: 3 };
    const links = judgedLinks("BER1", span, { ...TOTAL, missed: 0, alarms });
    expect(links).toMatchObject({ precision: { query: span } });
    expect([links.missed, links.recall, links.lead]).toEqual([undefined, undefined, undefined]);
  });

  test("names its worst step for those who cannot see it", () => {
    expect(
      calibrationWords([
        { shown: 10, seen: 12 },
        { shown: 60, seen: 73 },
      ]),
    ).toBe("Largest distance: where we said 60 %, 73 % came.");
    expect(calibrationWords([])).toContain("Not enough orders");
  });
});
