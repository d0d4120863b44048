/** Several questions at once, as a page asks them: answers as they come, and how many are still out. What was shown stays until something newer is there, or another question of it failed. */
import { ref, shallowRef, watch } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import { http, problemOf } from "../realtime/http.ts";
import type { Asks } from "./topic.ts";
import { useQuestion } from "./useQuestion.ts";

const pathOf = ({ path, query }: Asks[string]): string =>
  `${path}?${new URLSearchParams(query).toString()}`;

/** @param key a page that asks something else altogether begins with nothing shown */
export function useAnswers(asks: () => Asks, key: () => string) {
  const answers = shallowRef<ReadonlyMap<string, unknown>>(new Map());
  const problems = shallowRef<ReadonlyMap<string, Problem>>(new Map());
  const asked = ref(0);
  const answered = ref(0);
  /** of the answers shown */
  const readAt = ref(0);
  const { run, ...question } = useQuestion();

  /** which question each of the answers shown is of */
  const paths = new Map<string, string>();

  function take(id: string, path: string, answer: unknown): void {
    answers.value = new Map(answers.value).set(id, answer);
    paths.set(id, path);
  }
  /** What was answered to another question must not stand under the words of this one. */
  function fail(id: string, path: string, error: unknown): void {
    problems.value = new Map(problems.value).set(id, problemOf(error));
    if (paths.get(id) === path) return;
    answers.value = new Map([...answers.value].filter(([other]) => other !== id));
  }

  async function readOne(id: string, path: string, signal: AbortSignal): Promise<void> {
    try {
      const answer = await http<unknown>("GET", path, { signal });
      if (!signal.aborted) take(id, path, answer);
    } catch (error) {
      if (!signal.aborted) fail(id, path, error);
    }
    if (!signal.aborted) answered.value += 1;
  }

  const read = (): Promise<void> =>
    run(async (signal) => {
      const all = Object.entries(asks());
      [asked.value, answered.value] = [all.length, 0];
      problems.value = new Map();
      await Promise.all(all.map(([id, one]) => readOne(id, pathOf(one), signal)));
      if (!signal.aborted && problems.value.size === 0) readAt.value = Date.now();
    });

  watch(key, () => {
    answers.value = new Map();
    readAt.value = 0;
  });
  watch(
    () => JSON.stringify(asks()),
    () => void read(),
    { immediate: true },
  );
  return { ...question, answers, problems, asked, answered, readAt, read };
}
