/** The log of what this page did. A toast with `undo` stands 8 s, one without 5 s, an error until it is closed. */
import { defineStore } from "pinia";
import { computed, ref } from "vue";

export type Toast = {
  id: number;
  text: string;
  kind: "done" | "error";
  isOpen: boolean;
  undo?: () => void;
};

const KEPT = 100;
const UNDO_MS = 8_000;
const PLAIN_MS = 5_000;

export const useToasts = defineStore("toasts", () => {
  const log = ref<Toast[]>([]);
  let nextId = 1;

  const close = (id: number) => {
    const toast = log.value.find((one) => one.id === id);
    if (toast !== undefined) toast.isOpen = false;
  };

  const add = (toast: Omit<Toast, "id" | "isOpen">): number => {
    const id = nextId++;
    log.value = [{ ...toast, id, isOpen: true }, ...log.value].slice(0, KEPT);
    return id;
  };

  /** Says that something was done; with `undo` offers the way back. Returns the toast's id. */
  function done(text: string, undo?: () => void): number {
    const id = add({ text, kind: "done", ...(undo === undefined ? {} : { undo }) });
    setTimeout(() => close(id), undo === undefined ? PLAIN_MS : UNDO_MS);
    return id;
  }

  const failed = (text: string): number => add({ text, kind: "error" });

  function undo(id: number): void {
    const toast = log.value.find((one) => one.id === id);
    if (toast?.undo === undefined || !toast.isOpen) return;
    close(id);
    toast.undo();
  }

  /** The `U` key: the newest thing that can still be undone. */
  function undoLast(): void {
    const toast = log.value.find((one) => one.isOpen && one.undo !== undefined);
    if (toast !== undefined) undo(toast.id);
  }

  const open = computed(() => log.value.filter((toast) => toast.isOpen));
  return {
    log,
    quiet: computed(() => open.value.filter((toast) => toast.kind === "done")),
    errors: computed(() => open.value.filter((toast) => toast.kind === "error")),
    done,
    failed,
    close,
    undo,
    undoLast,
  };
});
