import { expect, test } from "vitest";
import lucide from "@iconify-json/lucide/icons.json";
import { STAGES, SEVERITIES } from "../../../domain/stages.ts";
import { ICONS } from "../../../client/ui/icons.ts";
import {
  codeWords,
  reasonWords,
  pickupName,
  SEVERITY_ORDER,
  STAGE_ORDER,
} from "../../../client/ui/words.ts";

test("every stage and severity has its word, in the domain's order of stages", () => {
  expect(STAGE_ORDER).toEqual(STAGES);
  expect(SEVERITY_ORDER.toSorted()).toEqual([...SEVERITIES].sort());
});

test("a pickup is called by its carrier and its time", () => {
  expect(pickupName("DHL-EXP-20261123-1600")).toBe("DHL-EXP 16:00");
  expect(pickupName("something")).toBe("something");
});

test.each([
  ["SHORT_PICK", "Short pick"],
  ["QC_REJECT", "QC reject"],
  ["TPL_REJECTED", "3PL rejected"],
])("the code %s is read as %s", (code, words) => {
  expect(codeWords(code)).toBe(words);
});

test.each([
  ["STOCK_OUT", "Stock out"],
  ["QC_REJECT: lid is loose", "QC reject: lid is loose"],
  ["On hold for address: flat number", "On hold for address: flat number"],
  ["DHL: late", "DHL: late"],
])("the reason %s is read as %s", (reason, words) => {
  expect(reasonWords(reason)).toBe(words);
});

test.each(Object.entries(ICONS))("the shape of %s is Lucide's own", (name, body) => {
  const own = lucide.icons[name as keyof typeof lucide.icons].body;
  const plain = own.replace(
    'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" stroke-width="2" ',
    "",
  );
  expect(plain.replace(/^<g [^>]*>|<\/g>$/g, "")).toBe(body);
});
