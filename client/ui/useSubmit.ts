/** The sending of a form: once at a time; a refusal is kept beside it, and so is what was filled in. */
import { ref, shallowRef, type Ref, type ShallowRef } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import { problemOf } from "../realtime/http.ts";

export type Submitting = {
  isBusy: Ref<boolean>;
  problem: ShallowRef<Problem | null>;
  submit: (work: () => Promise<unknown>) => Promise<void>;
};

export function useSubmit(): Submitting {
  const isBusy = ref(false);
  const problem = shallowRef<Problem | null>(null);

  async function submit(work: () => Promise<unknown>): Promise<void> {
    isBusy.value = true;
    problem.value = null;
    try {
      await work();
    } catch (error) {
      problem.value = problemOf(error);
    } finally {
      isBusy.value = false;
    }
  }

  return { isBusy, problem, submit };
}
