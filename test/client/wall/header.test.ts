import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { expect, test } from "vitest";
import type { Freshness } from "../../../client/stores/freshness.ts";
import { useConnection } from "../../../client/stores/connection.ts";
import WallHeader from "../../../client/wall/WallHeader.vue";
import { createWords } from "../../../client/words/i18n.ts";
import { LANGUAGES, type WallLanguage } from "../../../domain/walls/slides.ts";

function said(freshness: Freshness, language: WallLanguage = "en"): string {
  const pinia = createPinia();
  setActivePinia(pinia);
  const connection = useConnection();
  connection.freshness = freshness;
  const header = mount(WallHeader, {
    props: { title: "Trucks", site: "BER1", isPortrait: false, isSwapped: false, notLiveMs: 0 },
    global: { plugins: [pinia, createWords(language)] },
  });
  const text = header.get(".live").text();
  header.unmount();
  return text;
}

test("what is slow is said by what it means: the picture is old, or scans come late", () => {
  expect(said({ state: "slow", what: "picture", ageMs: 3_200 })).toMatch(/◐ picture 3 s old$/);
  expect(said({ state: "slow", what: "events", ageMs: 18_000 })).toMatch(
    /◐ scans up to 18 s late$/,
  );
  expect(said({ state: "live", ageMs: 400 })).toMatch(/● live$/);
});

test("each language says both, and each differently", () => {
  for (const language of LANGUAGES) {
    const both = (["picture", "events"] as const).map((what) =>
      said({ state: "slow", what, ageMs: 18_000 }, language),
    );
    expect([language, new Set(both).size]).toEqual([language, 2]);
    for (const words of both) expect(words).toContain("18 s");
  }
});
