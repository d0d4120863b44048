/**
 * Two screens: the board in one window, the order it is on in another. Both belong to one browser and speak over a BroadcastChannel; a pair of them shares an id, so that two
 * boards on one machine do not drive each other's second window.
 */
import { useEventListener, useSessionStorage } from "@vueuse/core";
import { onScopeDispose, ref, shallowRef, watch, type Ref } from "vue";
import { randomKey } from "../realtime/action-queue.ts";

const CHANNEL = "ct-beside";
const SHAPE = "popup,width=760,height=960";
const CLOSED_CHECK_MS = 1_000;

/** The board says `look` and asks `who`; the second window says `here` and `gone`. */
export type Said =
  | { kind: "look"; pair: string; site: string; orderId: string }
  | { kind: "who" | "here" | "gone"; pair: string };

const isSaid = (value: unknown): value is Said =>
  typeof value === "object" && value !== null && "kind" in value && "pair" in value;

/** Hears what is said within a pair; nothing without BroadcastChannel. */
function useChannel(pair: () => string, hear: (said: Said) => void): (said: Said) => void {
  if (typeof BroadcastChannel === "undefined") return () => undefined;
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (isSaid(data) && data.pair === pair()) hear(data);
  });
  onScopeDispose(() => channel.close());
  return (said) => channel.postMessage(said);
}

export type Looked = { site: string; orderId: string };

/** The board's end: `looked` is what its second window is to show. */
export function useBesideBoard(looked: () => Looked): {
  isThere: Readonly<Ref<boolean>>;
  open: () => void;
} {
  const pair = useSessionStorage("ct-beside-pair", randomKey());
  const isThere = ref(false);
  let opened: Window | null = null;
  const look = () => say({ kind: "look", pair: pair.value, ...looked() });
  const say = useChannel(
    () => pair.value,
    ({ kind }) => {
      if (kind === "here") {
        isThere.value = true;
        look();
      } else if (kind === "gone") isThere.value = false;
    },
  );
  say({ kind: "who", pair: pair.value });
  watch(looked, () => isThere.value && look(), { deep: true });
  // A window that crashed says no word of leaving.
  const timer = setInterval(() => {
    if (opened?.closed === true) isThere.value = false;
  }, CLOSED_CHECK_MS);
  onScopeDispose(() => clearInterval(timer));

  function open(): void {
    const { site, orderId } = looked();
    const query = new URLSearchParams({ site, with: pair.value, order: orderId });
    opened = window.open(`/beside?${query}`, `ct-beside-${pair.value}`, SHAPE);
  }
  return { isThere, open };
}

/** The second window's end: what the board is on, null until it has said so. */
export function useBesideFollower(pair: () => string): Readonly<Ref<Looked | null>> {
  const looked = shallowRef<Looked | null>(null);
  const here = () => say({ kind: "here", pair: pair() });
  // before the channel is made: what ends with a page ends in the order it was made
  onScopeDispose(() => say({ kind: "gone", pair: pair() }));
  const say = useChannel(pair, (said) => {
    if (said.kind === "who") here();
    if (said.kind === "look") looked.value = { site: said.site, orderId: said.orderId };
  });
  here();
  useEventListener(window, "pagehide", () => say({ kind: "gone", pair: pair() }));
  return looked;
}
