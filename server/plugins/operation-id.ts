/** The name of an operation for programs that are made from the document: made of what is public and stable, its method and its address. */

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
const wordsOf = (text: string): string[] => text.split(/[^A-Za-z0-9]+/).filter((one) => one !== "");

/** `:id` -> `ById`, `forecast-quality` -> `ForecastQuality`, `:name.csv` -> `ByNameCsv`. */
const named = (segment: string): string =>
  (segment.startsWith(":") ? "By" : "") + wordsOf(segment).map(capital).join("");

/** `POST /api/v1/orders/:id/actions/:name` -> `postOrdersByIdActionsByName`. */
export function operationIdOf(operation: string): string {
  const [method = "", address = ""] = operation.split(" ");
  const segments = address.replace(/^\/api(\/v\d+)?\//, "/").split("/");
  return method.toLowerCase() + segments.map(named).join("");
}
