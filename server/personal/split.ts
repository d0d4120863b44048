/** Divides what an event says into what may be kept in clear and what may identify a person, by the marks in the schema (`domain/event.ts`). */
import { PERSONAL_NAMES, SHIP_TO_OPEN_FIELDS } from "../../domain/event.ts";

type Fields = Record<string, unknown>;

const OPEN: ReadonlySet<string> = new Set(SHIP_TO_OPEN_FIELDS);

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type Split = { open: Fields; personal: Fields };

/** Divides a `shipTo`: what is not known to be harmless is personal. A `shipTo` that is no object is personal altogether. */
function splitShipTo(value: unknown): { open: unknown; personal: Fields } {
  if (!isFields(value)) return { open: {}, personal: { shipTo: value } };
  const split: { open: Fields; personal: Fields } = { open: {}, personal: {} };
  for (const field of Object.keys(value))
    split[OPEN.has(field) ? "open" : "personal"][field] = value[field];
  return split;
}

const LETTERS = /[^a-z0-9]/g;
const MOST_NAMES = 2_000;
/** The same few names come in every event. */
const judged = new Map<string, boolean>();

function isPersonalName(field: string): boolean {
  const known = judged.get(field);
  if (known !== undefined) return known;
  const is = PERSONAL_NAMES.has(field.toLowerCase().replace(LETTERS, ""));
  if (judged.size < MOST_NAMES) judged.set(field, is);
  return is;
}

/** Takes the fields whose names say that they are about a person; `null` when there are none, as nearly always. */
function splitNamed(data: Fields): Split | null {
  let split: Split | null = null;
  for (const field of Object.keys(data)) {
    if (!isPersonalName(field)) continue;
    split ??= { open: { ...data }, personal: {} };
    split.personal[field] = data[field];
    delete split.open[field];
  }
  return split;
}

/** Both may have a `name`: the one beside `shipTo` is then kept as `data.name`. */
function together(beside: Fields, inside: Fields): Fields {
  const both = { ...inside };
  for (const [field, value] of Object.entries(beside))
    both[field in inside ? `data.${field}` : field] = value;
  return both;
}

function splitFields(data: Fields): Split {
  const named = splitNamed(data);
  const rest = named?.open ?? data;
  if (rest["shipTo"] === undefined) return named ?? { open: data, personal: {} };
  const { open, personal } = splitShipTo(rest["shipTo"]);
  return { open: { ...rest, shipTo: open }, personal: together(named?.personal ?? {}, personal) };
}

/** Splits `data`, and what a correction puts in its place. */
export function splitPersonal(data: Fields): Split {
  const outer = splitFields(data);
  const replacement = outer.open["replacement"];
  if (!isFields(replacement)) return outer;
  const beside = splitFields(replacement);
  const inner = isFields(beside.open["data"]) ? splitFields(beside.open["data"]) : null;
  const open = {
    ...outer.open,
    replacement: inner === null ? beside.open : { ...beside.open, data: inner.open },
  };
  return { open, personal: { ...outer.personal, ...beside.personal, ...inner?.personal } };
}
