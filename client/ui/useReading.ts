/** What a page reads from the server: loading, there, or refused. Of answers that overtake each other the one that was asked for last counts. */
import { shallowRef, type ShallowRef } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import { problemOf } from "../realtime/http.ts";

export type Reading<T> =
  | { kind: "loading" }
  | ({ kind: "ready" } & T)
  | { kind: "failed"; problem: Problem };

export type Reader<T> = {
  state: ShallowRef<Reading<T>>;
  /** What is there stays until the answer comes. */
  read: () => Promise<void>;
  /** What is there goes first: it is of something else. */
  readAfresh: () => Promise<void>;
};

export function useReading<T extends object>(load: () => Promise<T>): Reader<T> {
  const state: ShallowRef<Reading<T>> = shallowRef({ kind: "loading" });
  let asked = 0;

  async function read(): Promise<void> {
    const mine = ++asked;
    const next = await load().then(
      (found): Reading<T> => ({ kind: "ready", ...found }),
      (error: unknown): Reading<T> => ({ kind: "failed", problem: problemOf(error) }),
    );
    if (mine === asked) state.value = next;
  }

  function readAfresh(): Promise<void> {
    state.value = { kind: "loading" };
    return read();
  }

  return { state, read, readAfresh };
}
