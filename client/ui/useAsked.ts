/** What a page asks in a dialog, one thing at a time, and the doing of it: a refusal is told and what was asked stays. */
import {
  computed,
  ref,
  shallowRef,
  type Ref,
  type ShallowRef,
  type WritableComputedRef,
} from "vue";
import { problemOf } from "../realtime/http.ts";
import { useToasts } from "../stores/toasts.ts";
import { problemInWords } from "./mistake-words.ts";

export type Asking<A extends { kind: string }> = {
  asked: ShallowRef<A | null>;
  /** of the dialog: closing it asks nothing any more */
  isOpen: WritableComputedRef<boolean>;
  title: Readonly<Ref<string>>;
  isBusy: Ref<boolean>;
  /** Does it, then reads the list again. Resolves to whether it was done. */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
};

export function useAsked<A extends { kind: string }>(
  titles: Readonly<Record<A["kind"], string>>,
  read: () => Promise<void>,
): Asking<A> {
  const toasts = useToasts();
  const asked: ShallowRef<A | null> = shallowRef(null);
  const isBusy = ref(false);
  const isOpen = computed({
    get: () => asked.value !== null,
    set: (open) => {
      if (!open) asked.value = null;
    },
  });
  const title = computed(() => (asked.value === null ? "" : titles[asked.value.kind as A["kind"]]));

  async function run(work: () => Promise<unknown>): Promise<boolean> {
    isBusy.value = true;
    const isDone = await work().then(
      () => true,
      (error: unknown) => {
        toasts.failed(problemInWords(problemOf(error)));
        return false;
      },
    );
    isBusy.value = false;
    await read();
    return isDone;
  }

  return { asked, isOpen, title, isBusy, run };
}
