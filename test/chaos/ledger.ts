/** The generator's own book, synced to disk before anything is sent: what was meant to be sent, and what came of each attempt. Nobody else writes it. */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

export type Sent = {
  id: string;
  orderId: string;
  type: string;
  occurredAt: number;
  data: Record<string, unknown>;
};
export type Line = Sent & { state: "unknown" | "acked" | "refused" };

export type Ledger = {
  /** on disk when it returns */
  intend: (events: readonly Sent[]) => void;
  settle: (ids: readonly string[], state: "acked" | "refused") => void;
  lines: () => ReadonlyMap<string, Line>;
  close: () => void;
};

export function openLedger(file: string): Ledger {
  const handle = openSync(file, "a");
  const lines = new Map<string, Line>();
  const write = (entry: unknown): void => {
    writeSync(handle, `${JSON.stringify(entry)}\n`);
  };
  return {
    intend: (events) => {
      for (const event of events) {
        if (!lines.has(event.id)) lines.set(event.id, { ...event, state: "unknown" });
        write({ intend: event });
      }
      fsyncSync(handle);
    },
    settle: (ids, state) => {
      for (const id of ids) {
        const line = lines.get(id);
        // An acknowledgement stands: a later refusal of a repeat does not undo it.
        if (line !== undefined && line.state !== "acked") line.state = state;
      }
      write({ settle: ids, state });
    },
    lines: () => lines,
    close: () => closeSync(handle),
  };
}
