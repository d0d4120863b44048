/** Instants as text, as RFC 3339 writes them: with `T`, `t` or a space between day and time. */

/** Epoch milliseconds; NaN for a day or second that does not exist (a computer's clock has no leap second). */
export const instantOf = (text: string): number =>
  Date.parse(text.endsWith("Z") && text[10] === "T" ? text : text.toUpperCase().replace(" ", "T"));
