/** One line of progress on stderr: redrawn in a terminal, every tenth part elsewhere. */
export type Progress = { at: (done: number) => void; end: () => void };

const WIDTH = 28;

export function createProgress(
  title: string,
  total: number,
  out: NodeJS.WriteStream = process.stderr,
): Progress {
  const startedAt = performance.now();
  let shownTenth = -1;
  let drawnAt = -Infinity;
  const line = (done: number): string => {
    const share = total === 0 ? 1 : done / total;
    const filled = Math.round(share * WIDTH);
    const rate = Math.round((done / Math.max(1, performance.now() - startedAt)) * 1000);
    const bar = `${"█".repeat(filled)}${"░".repeat(WIDTH - filled)}`;
    return `${title} ${bar} ${done.toLocaleString("en")}/${total.toLocaleString("en")} ${rate.toLocaleString("en")}/s`;
  };
  const redraw = (done: number): void => {
    if (done < total && performance.now() - drawnAt < 100) return;
    drawnAt = performance.now();
    out.write(`\r${line(done)}\u001b[K`);
  };
  const print = (done: number): void => {
    const tenth = total === 0 ? 10 : Math.floor((done / total) * 10);
    if (tenth === shownTenth) return;
    shownTenth = tenth;
    out.write(`${line(done)}\n`);
  };
  return { at: out.isTTY ? redraw : print, end: () => void (out.isTTY && out.write("\n")) };
}
