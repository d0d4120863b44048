/** The languages of walls. Messages are interpreted, never turned into code: the content security policy allows no `eval`. */
import { createI18n } from "vue-i18n";
import type { WallLanguage } from "../../domain/walls/slides.ts";
import { de } from "./de.ts";
import { en, type Catalog } from "./en.ts";
import { es } from "./es.ts";
import { pl } from "./pl.ts";

export const CATALOGS: Readonly<Record<WallLanguage, Catalog>> = { en, de, es, pl };

const isWallLanguage = (tag: string): tag is WallLanguage => Object.hasOwn(CATALOGS, tag);

/** The first of a person's languages (`de-AT`, `en`) that there are words in; else English. */
export function languageAmong(preferred: readonly string[]): WallLanguage {
  const tags = preferred.map((tag) => tag.toLowerCase().split("-")[0] ?? "");
  return tags.find(isWallLanguage) ?? "en";
}

/** One, a few (2 to 4, not 12 to 14), many. */
export function polishForm(count: number): number {
  if (count === 1) return 0;
  const [last, lastTwo] = [count % 10, count % 100];
  return last >= 2 && last <= 4 && (lastTwo < 12 || lastTwo > 14) ? 1 : 2;
}

export const createWords = (locale: WallLanguage = "en") =>
  createI18n<[Catalog], WallLanguage, false>({
    legacy: false,
    locale,
    fallbackLocale: "en",
    messages: { en, de, es, pl },
    pluralRules: { pl: polishForm },
  });
