/** What can be done from here, for the palette: every screen says what it offers while it lives. */
import { useLocalStorage } from "@vueuse/core";
import { onScopeDispose, ref, shallowReactive } from "vue";
import { fuzzyScore } from "./fuzzy.ts";
import type { IconName } from "./icons.ts";

export type Command = {
  /** the same command has the same id on every page: what was used last stands first */
  id: string;
  label: string;
  /** what kind of thing it is, in words: "Go to", "View", "Selection" */
  kind: string;
  icon?: IconName;
  /** its key, when it has one */
  keys?: string;
  run: () => unknown;
};

export const isPaletteOpen = ref(false);
const RECENT = 8;
const MOST = 10;
const recent = useLocalStorage<string[]>("ct-recent-commands", []);
const sources = shallowReactive(new Map<symbol, () => readonly Command[]>());

/** Offered while the component lives; asked for each time the palette is looked at. */
export function useCommands(source: () => readonly Command[]): void {
  const id = Symbol("commands");
  sources.set(id, source);
  onScopeDispose(() => sources.delete(id));
}

/** What is nearest to the page comes first: screens register later than the frame. */
export const commandsNow = (): Command[] =>
  [...sources.values()].toReversed().flatMap((source) => source());

/** The best ten for what was typed; with nothing typed what was used last, then what the page offers. */
export function rankCommands(
  commands: readonly Command[],
  typed: string,
  used: readonly string[],
): Command[] {
  const age = (id: string) => (used.includes(id) ? used.indexOf(id) : RECENT);
  const scored = commands.flatMap((command, at) => {
    const score = fuzzyScore(typed, `${command.label} ${command.kind}`);
    return score === null ? [] : [{ command, score, at, age: age(command.id) }];
  });
  const best = scored.toSorted((a, b) => b.score - a.score || a.age - b.age || a.at - b.at);
  return best.slice(0, MOST).map(({ command }) => command);
}

export const suggested = (typed: string): Command[] =>
  rankCommands(commandsNow(), typed, recent.value);

export function runCommand(command: Command): void {
  isPaletteOpen.value = false;
  recent.value = [command.id, ...recent.value.filter((id) => id !== command.id)].slice(0, RECENT);
  void command.run();
}
