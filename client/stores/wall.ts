/** What this wall is, is told to show and is told of its site. The feed fills it; the screen reads it. */
import { defineStore } from "pinia";
import { ref, shallowRef } from "vue";
import type { DisplayCommand, PairingGrant } from "../../domain/contract/displays.ts";
import type { WallSample } from "../../domain/contract/walls.ts";

export type WallLayout = Extract<DisplayCommand, { command: "layout" }>;

export type WallPhase =
  | { kind: "starting" }
  /** `grant` null: no code yet; `endsAt` by this machine's clock */
  | { kind: "pairing"; grant: PairingGrant | null; endsAt: number; isUnanswered: boolean }
  | { kind: "paired"; name: string; site: string }
  | { kind: "on" };

export const useWall = defineStore("wall", () => {
  const phase = shallowRef<WallPhase>({ kind: "starting" });
  const layout = shallowRef<WallLayout | null>(null);
  const sample = shallowRef<WallSample | null>(null);
  const isBlank = ref(false);
  /** when this screen was disconnected, epoch ms */
  const endedAt = ref<number | null>(null);
  /** rises with each wish to see the next slide */
  const nexts = ref(0);
  /** a newer page is there, or somebody asked for it: at the next change of slides */
  const wantsReload = ref(false);
  /** the browser refuses to keep what opens this wall: loaded anew it has to be paired again */
  const keepsNothing = ref(false);
  /** when this page was loaded, by the server's clock as far as it is known */
  const loadedAt = Date.now();

  function command(wish: DisplayCommand): void {
    if ("blank" in wish) isBlank.value = wish.blank;
    if ("settings" in wish) {
      layout.value = wish;
      if (wish.reloadAt > loadedAt) wantsReload.value = true;
    }
    if (wish.command === "next") nexts.value += 1;
    if (wish.command === "reload") wantsReload.value = true;
  }

  function take(next: WallSample): void {
    if (sample.value !== null && next.at < sample.value.at) return;
    sample.value = next;
  }

  /** Nothing of the site stays on a screen that is not paired any more. */
  function end(at: number): void {
    layout.value = null;
    sample.value = null;
    isBlank.value = false;
    endedAt.value = at;
    phase.value = { kind: "starting" };
  }

  const shown = { phase, layout, sample, isBlank, endedAt, nexts };
  return { ...shown, wantsReload, keepsNothing, command, take, end };
});
