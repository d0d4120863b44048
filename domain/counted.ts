/** Counts as people say them: `1 order`, `2 orders`. */

export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

export const ordersIn = (count: number): string => countOf(count, "order");
export const peopleIn = (count: number): string => countOf(count, "person", "people");
