/**
 * What the server found wrong in a request, for those who filled in a page: the field in the page's words, and what it must be. Its answer names places and rules of the
 * interface, which integrators need and nobody at a desk knows. Pure.
 */
import type { ItemError } from "../../domain/contract/ingest.ts";
import { countOf } from "../../domain/counted.ts";

type Place = Pick<ItemError, "path" | "message">;

/** A page's own name of a place (`/rules/0/thresholds/minimumOrders`); null where it has none. */
export type FieldNames = (path: string) => string | null;

/** Fields whose label is another word than their name in the interface. */
const LABELS: Readonly<Record<string, string>> = {
  assignee: "Who",
  brightness: "Light then, percent",
  current: "Old password",
  diagonalInch: "Screen, inches",
  distanceM: "Farthest reader, metres",
  email: "E-mail address",
  expiresAt: "Ends",
  heads: "People",
  minSeverity: "Incidents",
  next: "New password",
  note: "Remark",
  offHours: "Outside the shifts",
  repeat: "Gone through again",
  scopes: "What it may do",
  targets: "Whom",
  types: "Is told when",
  url: "Address",
};

const WRAPPERS: ReadonlySet<string> = new Set(["plan", "policies", "preferences"]);

const spaced = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `/ladders/0/steps` → `Ladder 1, steps`; what only wraps the request is left out. */
function placeWords(path: string): string {
  const words: string[] = [];
  for (const part of path.split("/").filter((one) => one !== "" && !WRAPPERS.has(one))) {
    const list = words.at(-1);
    if (!/^\d+$/.test(part)) words.push(LABELS[part] ?? spaced(part));
    else if (list !== undefined)
      words[words.length - 1] = `${list.replace(/s$/, "")} ${Number(part) + 1}`;
  }
  const [first = "It", ...others] = words;
  return [
    capital(first),
    ...others.map((word) => word.charAt(0).toLowerCase() + word.slice(1)),
  ].join(", ");
}

type Rule = readonly [RegExp, (...groups: string[]) => string];

const many = (count = "0", what = "character"): string => countOf(Number(count), what);
const TYPES: Readonly<Record<string, string>> = {
  integer: "a whole number",
  number: "a number",
  string: "a text",
  boolean: "yes or no",
};

const RULES: readonly Rule[] = [
  [/^must have required property/, () => "is missing"],
  [/^must be >= (.+)$/, (least) => `must be ${least} or more`],
  [/^must be <= (.+)$/, (most) => `must be ${most} or less`],
  [/^must be > (.+)$/, (least) => `must be more than ${least}`],
  [/^must be < (.+)$/, (most) => `must be less than ${most}`],
  [/^must NOT have fewer than 1 (?:characters|items)$/, () => "must not be empty"],
  [/^must NOT have fewer than (\d+) characters$/, (least) => `needs at least ${many(least)}`],
  [/^must NOT have more than (\d+) characters$/, (most) => `has room for ${many(most)}`],
  [/^must NOT have fewer than (\d+) items$/, (least) => `needs at least ${many(least, "entry")}`],
  [/^must NOT have more than (\d+) items$/, (most) => `has room for ${most} entries`],
  [/^must NOT have duplicate items/, () => "names something twice"],
  [/^must NOT have additional properties$/, () => "is not known here"],
  [/^must match format "date-time"$/, () => "must be a date and time"],
  [/^must match format "date"$/, () => "must be a date"],
  [/^must match format "email"$/, () => "must be an e-mail address"],
  [/^must match (?:pattern|format)/, () => "is not written as it must be"],
  [/^must be equal to (?:one of the allowed values|constant)/, () => "is none of the choices"],
  [/^must be (integer|number|string|boolean)(?:,null)?$/, (type = "") => `must be ${TYPES[type]}`],
];

export function ruleWords(message: string): string {
  const said = message.replace(/^(?:body|querystring|params|headers) /, "");
  for (const [pattern, words] of RULES) {
    const found = pattern.exec(said);
    if (found !== null) return words(...found.slice(1));
  }
  return said;
}

/** What a field takes whose rule is a pattern, which says nothing to people. */
const EXAMPLES: Readonly<Record<string, string>> = {
  email: "must be an address like ana@example.com",
  id: "takes letters, digits, dots, - and _",
};
const isPattern = (message: string): boolean => message.includes("must match pattern");

const ruleOf = ({ path, message }: Place): string =>
  (isPattern(message) ? EXAMPLES[path.split("/").at(-1) ?? ""] : undefined) ?? ruleWords(message);

/** `Farthest reader, metres: must be 1 or more`. */
const mistakeWords = (place: Place, name: string): string => {
  const { path } = place;
  const rule = ruleOf(place);
  return path === "" ? capital(rule) : `${name}: ${rule}`;
};

/** One a field: of several rules that it breaks the first says enough. */
export function mistakesInWords(
  errors: readonly Place[],
  names: FieldNames = () => null,
): string[] {
  const byField = new Map<string, string>();
  for (const error of errors) {
    const name = names(error.path) ?? placeWords(error.path);
    if (!byField.has(error.path)) byField.set(error.path, mistakeWords(error, name));
  }
  return [...new Set(byField.values())];
}

type Refusal = {
  title: string;
  detail?: string | undefined;
  errors?: readonly Place[] | undefined;
};

/** A refusal in one line: which fields, where it names any, else what the server says. */
export function problemInWords({ title, detail = "", errors = [] }: Refusal): string {
  const mistakes = mistakesInWords(errors);
  if (mistakes.length > 0) return `${mistakes.join("; ")}.`;
  return detail === "" ? title : detail;
}
