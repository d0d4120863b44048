/** The dead letters of a site: read page by page, read again when the live count moves, replayed one or many with progress. */
import { useDebounceFn } from "@vueuse/core";
import { ref, shallowRef, watch } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import { http, problemOf } from "../realtime/http.ts";
import {
  type DeadLetterView,
  type DeadLetterWire,
  inSteps,
  readDeadLetter,
} from "./dead-letter-model.ts";

export type ListState =
  | { kind: "loading" }
  | { kind: "ready"; items: DeadLetterView[]; next: string | null; problem: Problem | null }
  | { kind: "failed"; problem: Problem };

export type Progress = { done: number; of: number } | null;
export type Replayed = { replayed: number; missing: number; problem: Problem | null };

const PAGE = 100;
const STEP = 50;
const SETTLE_MS = 800;

type ListAnswer = { items: DeadLetterWire[]; next: string | null };
type ReplayAnswer = { replayed?: string[]; missing?: string[] } | undefined;

function pagePath(site: string, limit: number, cursor: string | null): string {
  const query = new URLSearchParams({ site, limit: String(limit) });
  if (cursor !== null) query.set("cursor", cursor);
  return `/api/v1/dead-letters?${query}`;
}

async function readPage(site: string, limit: number, cursor: string | null) {
  const { items, next } = await http<ListAnswer>("GET", pagePath(site, limit, cursor));
  return { items: items.map(readDeadLetter), next };
}

/** Replays all ids in steps; stops at the first refusal and says how far it came. */
export async function replayAll(
  site: string,
  ids: readonly string[],
  progress: (done: number) => void,
): Promise<Replayed> {
  const total: Replayed = { replayed: 0, missing: 0, problem: null };
  const path = `/api/v1/dead-letters/replay?site=${encodeURIComponent(site)}`;
  for (const step of inSteps(ids, STEP)) {
    try {
      const answer = await http<ReplayAnswer>("POST", path, { body: { ids: step } });
      total.missing += answer?.missing?.length ?? 0;
      total.replayed += answer?.replayed?.length ?? step.length;
    } catch (error) {
      return { ...total, problem: problemOf(error) };
    }
    progress(total.replayed + total.missing);
  }
  return total;
}

/**
 * @param site whose dead letters; null when they may not be read
 * @param count the live number of dead letters; null while unknown
 */
export function useDeadLetters(site: () => string | null, count: () => number | null) {
  const state = shallowRef<ListState>({ kind: "loading" });
  const progress = ref<Progress>(null);
  let asked = 0;

  function failed(problem: Problem): void {
    const { value } = state;
    state.value = value.kind === "ready" ? { ...value, problem } : { kind: "failed", problem };
  }

  async function read(): Promise<void> {
    const from = site();
    if (from === null) return;
    const mine = ++asked;
    const shown = state.value.kind === "ready" ? state.value.items.length : 0;
    try {
      const page = await readPage(from, Math.min(200, Math.max(PAGE, shown)), null);
      if (mine === asked) state.value = { kind: "ready", ...page, problem: null };
    } catch (error) {
      if (mine === asked) failed(problemOf(error));
    }
  }

  async function readMore(): Promise<void> {
    const before = state.value;
    const from = site();
    if (from === null || before.kind !== "ready" || before.next === null) return;
    const mine = ++asked;
    try {
      const page = await readPage(from, PAGE, before.next);
      const items = [...before.items, ...page.items];
      if (mine === asked) state.value = { kind: "ready", items, next: page.next, problem: null };
    } catch (error) {
      if (mine === asked) failed(problemOf(error));
    }
  }

  const readSoon = useDebounceFn(read, SETTLE_MS, { maxWait: 4 * SETTLE_MS });

  async function replay(ids: readonly string[]): Promise<Replayed> {
    progress.value = { done: 0, of: ids.length };
    try {
      return await replayAll(site() ?? "", ids, (done) => {
        progress.value = { done, of: ids.length };
      });
    } finally {
      progress.value = null;
      void readSoon();
    }
  }

  watch(
    site,
    () => {
      state.value = { kind: "loading" };
      void read();
    },
    { immediate: true },
  );
  watch(count, (now, before) => {
    if (now !== before) void readSoon();
  });

  return { state, progress, read, readMore, replay };
}
