/**
 * The site's open orders, kept current by the rule of `domain/board-model.ts`. `rows` is a shallow reactive map: a row on the screen listens to
 * its own key only, so a delta of two hundred rows renders the ten of them that are in view. Never drawn from directly: `board-list.ts` keeps the order.
 */
import { defineStore } from "pinia";
import { ref, shallowReactive, toRaw, type ShallowUnwrapRef } from "vue";
import {
  applyDelta,
  applyPage,
  type BoardModel,
  type DeltaFate,
} from "../../domain/board-model.ts";
import type { BoardDelta, Cursor, Row } from "../../domain/board.ts";
import type { BoardRows, BoardSnapshot } from "../../domain/contract/realtime.ts";

/** Told about every change: the ids that came, changed or went; `null` when everything may be different. */
export type ChangeListener = (ids: Iterable<string> | null) => void;

function createBoard() {
  const rows = shallowReactive(new Map<string, Row>());
  const model: BoardModel = { site: "", epoch: "", seq: 0, rows };
  /** rows that are here and rows there are, while pages are on their way; null when the board is whole */
  const loading = ref<{ received: number; total: number } | null>(null);
  /** false until the first snapshot of this site */
  const isKnown = ref(false);
  // what the snapshot that is being loaded has shown so far; the rest is dropped with its last page
  let seen: Set<string> | null = null;
  let listener: ChangeListener = () => {};

  function clear(site: string): void {
    rows.clear();
    Object.assign(model, { site, epoch: "", seq: 0 });
    delete model.gone;
    seen = null;
    loading.value = null;
    isKnown.value = false;
    listener(null);
  }

  /** What is here already, to be sent as `have`; nothing while pages are missing, because then it is not a whole board. */
  const cursor = (): Cursor | undefined =>
    isKnown.value && seen === null ? { epoch: model.epoch, seq: model.seq } : undefined;

  function finish(): void {
    const shown = seen ?? new Set();
    for (const id of toRaw(rows).keys()) if (!shown.has(id)) rows.delete(id);
    delete model.gone;
    seen = null;
    loading.value = null;
  }

  function note(list: readonly Row[], total: number): void {
    if (seen === null) return;
    for (const row of list) seen.add(row.id);
    loading.value = { received: seen.size, total: Math.max(total, seen.size) };
  }

  /** Takes a snapshot's first page. Old rows of the same epoch stay visible until its last page says what is gone. */
  function load(at: Cursor, snapshot: BoardSnapshot): void {
    if (at.epoch !== model.epoch) rows.clear();
    Object.assign(model, { epoch: at.epoch, seq: at.seq, gone: new Map() });
    seen = new Set();
    note(snapshot.rows, snapshot.total);
    applyPage(model, { epoch: at.epoch, rows: snapshot.rows, last: !snapshot.more });
    if (!snapshot.more) finish();
    isKnown.value = true;
    listener(null);
  }

  /** A further page of the snapshot. */
  function page(received: BoardRows): void {
    if (received.site !== model.site || seen === null) return;
    if (applyPage(model, received) === "other-epoch") return;
    note(received.rows, loading.value?.total ?? 0);
    if (received.last) finish();
    listener(received.last ? null : received.rows.map((row) => row.id));
  }

  /** Applies a delta; `gap` and `other-epoch` leave everything as it is: the caller opens the board again. */
  function apply(delta: BoardDelta): DeltaFate {
    if (delta.site !== model.site || !isKnown.value) return "ignored";
    const fate = applyDelta(model, delta);
    if (fate !== "applied") return fate;
    if (seen !== null) for (const row of delta.upserts) seen.add(row.id);
    listener([...delta.upserts.map((row) => row.id), ...delta.removed]);
    return fate;
  }

  /** One listener: the list. */
  function onChange(next: ChangeListener): void {
    listener = next;
  }

  return { rows, loading, isKnown, model, clear, cursor, load, page, apply, onChange };
}

/** Either of the two. */
export type BoardStore = ShallowUnwrapRef<ReturnType<typeof createBoard>>;

export const useBoard = defineStore("board", createBoard);
/** The same of a moment that was: filled by rewind, never by the feed. */
export const usePastBoard = defineStore("past-board", createBoard);
