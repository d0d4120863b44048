/** Progress on stderr: a bar in a terminal, elsewhere a plain line every tenth part, at most one a second. */
export type Progress = { at: (done: number) => void; end: () => void };

const WIDTH = 28;
const PLAIN_EVERY_MS = 1_000;

function barOf(share: number): string {
  const filled = Math.round(share * WIDTH);
  return `${"█".repeat(filled)}${"░".repeat(WIDTH - filled)}`;
}

export function createProgress(
  title: string,
  total: number,
  out: NodeJS.WriteStream = process.stderr,
): Progress {
  const startedAt = performance.now();
  let shownTenth = -1;
  let drawnAt = out.isTTY ? -Infinity : startedAt;
  const shareOf = (done: number): number => (total === 0 ? 1 : done / total);
  const line = (done: number, drawn: string): string => {
    const rate = Math.round((done / Math.max(1, performance.now() - startedAt)) * 1000);
    return `${title} ${drawn} ${done.toLocaleString("en")}/${total.toLocaleString("en")} ${rate.toLocaleString("en")}/s`;
  };
  const redraw = (done: number): void => {
    if (done < total && performance.now() - drawnAt < 100) return;
    drawnAt = performance.now();
    out.write(`\r${line(done, barOf(shareOf(done)))}\u001b[K`);
  };
  const print = (done: number): void => {
    const tenth = Math.floor(shareOf(done) * 10);
    if (tenth === shownTenth) return;
    if (done < total && performance.now() - drawnAt < PLAIN_EVERY_MS) return;
    shownTenth = tenth;
    drawnAt = performance.now();
    out.write(`${line(done, `${Math.floor(shareOf(done) * 100)} %`)}\n`);
  };
  return { at: out.isTTY ? redraw : print, end: () => void (out.isTTY && out.write("\n")) };
}

/** The same for what is told in pieces: `onSize` once, `onBytes` for each, `onEnd` when all is there. */
export function bytesProgress(out?: NodeJS.WriteStream) {
  let progress: Progress | null = null;
  let done = 0;
  let size = 0;
  return {
    onSize: (total: number): void => {
      size = total;
      progress = createProgress("bytes", total, out);
    },
    onBytes: (count: number): void => {
      done += count;
      progress?.at(done);
    },
    onEnd: (): void => {
      progress?.at(size);
      progress?.end();
    },
  };
}
