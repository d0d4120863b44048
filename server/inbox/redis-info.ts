/** One line of what Redis says in `INFO`; undefined when it does not say it. */
export function factIn(info: string, name: string): string | undefined {
  const start = `${name}:`;
  return info
    .split(/\r?\n/)
    .find((line) => line.startsWith(start))
    ?.slice(start.length)
    .trim();
}
