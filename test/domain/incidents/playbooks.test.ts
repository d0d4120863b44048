import { describe, expect, test } from "vitest";
import { PLAYBOOKS, playbookOf } from "../../../domain/incidents/playbooks.ts";

/** The list of reason codes that the product knows. */
const CODES =
  `HOLD_PAYMENT HOLD_FRAUD HOLD_ADDRESS HOLD_CUSTOMER_REQUEST HOLD_OPERATOR HOLD_WEATHER HOLD_EXCHANGE_RETURN HOLD_FUTURE_DATE STOCK_OUT
  STOCK_HELD_ELSEWHERE SHORT_PICK WRONG_ITEM BAD_MASTER_DATA DAMAGED_INTERNAL QC_REJECT PACKAGING_OVER_VOID STATION_BEHIND EQUIPMENT_DOWN LABEL_FAILED
  CUTOFF_MISSED PICKUP_MISSED LABEL_NO_SCAN TPL_SILENT TPL_REJECTED CARRIER_DELAY WEATHER_OR_DISASTER CUSTOMS_DELAY DOCUMENTS_MISSING MISSORT
  DAMAGED_IN_TRANSIT LOST_OR_STOLEN ATTEMPT_FAILED REFUSED MOVED_OR_UNKNOWN AWAITING_COLLECTION RETURN_TO_SENDER LEAD_TIME_EXCEEDED SOURCE_SILENT
  IMPOSSIBLE_EVENT OTHER`.split(/\s+/);

describe("playbooks", () => {
  test("exist for every reason code, with four to six steps whose ids differ", () => {
    for (const code of CODES) {
      const steps = PLAYBOOKS[code] ?? [];
      expect([code, steps.length >= 4 && steps.length <= 6]).toEqual([code, true]);
      expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
    }
  });

  test("do something or ask something in every step", () => {
    for (const { words, action } of Object.values(PLAYBOOKS).flat()) {
      expect(words).not.toBe("");
      if (action.do === "record") expect(action.ask).toMatch(/\?$/);
      if (action.do === "message") expect(action.text.length).toBeGreaterThan(10);
      if (action.do === "hold") expect(PLAYBOOKS[action.code]).toBeDefined();
    }
  });

  test("are chosen by what the incident is about", () => {
    const codeOf = (
      kind: "common_cause" | "pickup_endangered" | "hold_ageing" | "no_scan" | "order_delay",
      attributes: [string, string][],
      inputs = {},
    ) =>
      playbookOf({ kind, attributes: attributes.map(([name, value]) => ({ name, value })), inputs })
        .code;
    expect(codeOf("common_cause", [["process", "pack"]], { perHour: 0 })).toBe("EQUIPMENT_DOWN");
    expect(codeOf("common_cause", [["process", "pack"]], { perHour: 40 })).toBe("STATION_BEHIND");
    expect(
      codeOf("common_cause", [
        ["carrier", "DHL"],
        ["sku", "4711"],
      ]),
    ).toBe("STOCK_OUT");
    expect(
      codeOf("common_cause", [
        ["carrier", "DHL"],
        ["region", "north"],
      ]),
    ).toBe("CARRIER_DELAY");
    expect(codeOf("pickup_endangered", [["pickup", "A-20260112-1600"]])).toBe("CUTOFF_MISSED");
    expect(codeOf("pickup_endangered", [["pickup", "A-20260112-1600"]], { expected: null })).toBe(
      "PICKUP_MISSED",
    );
    expect(codeOf("hold_ageing", [["hold", "HOLD_FRAUD"]])).toBe("HOLD_FRAUD");
    expect(codeOf("order_delay", [])).toBe("OTHER");
    expect(codeOf("order_delay", [], { dueKind: "ship" })).toBe("CUTOFF_MISSED");
    expect(codeOf("order_delay", [], { dueKind: "deliver" })).toBe("CARRIER_DELAY");
    expect(codeOf("order_delay", [], { dueKind: "ship", code: "DAMAGED" })).toBe("DAMAGED");
    const silent = playbookOf({
      kind: "no_scan",
      attributes: [],
      inputs: { code: "SILENT_IN_TRANSIT" },
    });
    expect(silent).toEqual({ code: "SILENT_IN_TRANSIT", steps: PLAYBOOKS["LABEL_NO_SCAN"] });
  });
});
