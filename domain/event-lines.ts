/** What is picked and packed is counted by the number of its line: of two with one number the second would wait for ever. */

/** Places of lines whose number stands before in the same list; none of what has no lines of its own. */
export function repeatedLines(type: string, data: object): number[] {
  const { lines } = data as { lines?: unknown };
  if (!(type === "order.received" || type === "order.amended") || !Array.isArray(lines)) return [];
  const numbers = lines.map((one: { line?: unknown }) => one.line);
  if (new Set(numbers).size === numbers.length) return [];
  return numbers.flatMap((number, at) => (numbers.indexOf(number) === at ? [] : [at]));
}
