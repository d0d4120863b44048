/** A binary heap on a plain array, so that it can be cloned with everything else. `before(a, b)` must be a strict order. */
export type Before<T> = (a: T, b: T) => boolean;

export function heapPush<T>(heap: T[], item: T, before: Before<T>): void {
  heap.push(item);
  rise(heap, heap.length - 1, before);
}

export function heapPop<T>(heap: T[], before: Before<T>): T | undefined {
  return heapRemoveAt(heap, 0, before);
}

/** Takes out the item at any place; undefined when there is none. */
export function heapRemoveAt<T>(heap: T[], index: number, before: Before<T>): T | undefined {
  const taken = heap[index];
  const last = heap.pop();
  if (taken === undefined || last === undefined || index === heap.length) return taken;
  heap[index] = last;
  sink(heap, index, before);
  rise(heap, index, before);
  return taken;
}

function rise<T>(heap: T[], from: number, before: Before<T>): void {
  let index = from;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!swapIfBefore(heap, index, parent, before)) return;
    index = parent;
  }
}

function sink<T>(heap: T[], from: number, before: Before<T>): void {
  let index = from;
  for (;;) {
    const left = 2 * index + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const child = right < heap.length && before(heap[right] as T, heap[left] as T) ? right : left;
    if (!swapIfBefore(heap, child, index, before)) return;
    index = child;
  }
}

function swapIfBefore<T>(heap: T[], lower: number, upper: number, before: Before<T>): boolean {
  const below = heap[lower] as T;
  const above = heap[upper] as T;
  if (!before(below, above)) return false;
  heap[upper] = below;
  heap[lower] = above;
  return true;
}
