/** What a schema finds wrong, as people are told it: each field once, and of several shapes only the one that was meant. */
import type { ErrorObject } from "ajv";
import type { ItemError } from "../domain/contract/ingest.ts";
import { formWords } from "./value-forms.ts";

type Found = Pick<ErrorObject, "instancePath" | "schemaPath" | "keyword" | "message"> & {
  params: Record<string, unknown>;
};

/** The pointer to what is wrong: for a missing or unknown field the field itself, not the object around it. */
function pathOf({ instancePath, params }: Found): string {
  const field = params["missingProperty"] ?? params["additionalProperty"];
  return typeof field === "string" ? `${instancePath}/${field}` : instancePath;
}

/** Faults of one of the shapes that a choice offers, by their number. */
function branchesOf(choice: Found, found: readonly Found[]): Map<string, Found[]> {
  const under = `${choice.schemaPath}/`;
  const branches = new Map<string, Found[]>();
  for (const one of found) {
    if (!one.schemaPath.startsWith(under)) continue;
    if (!one.instancePath.startsWith(choice.instancePath)) continue;
    const [branch = ""] = one.schemaPath.slice(under.length).split("/");
    branches.set(branch, [...(branches.get(branch) ?? []), one]);
  }
  return branches;
}

/** Another shape was meant: one of another type, or of another name. */
const isAnother = (choice: Found, faults: readonly Found[]): boolean =>
  faults.some(
    ({ keyword, instancePath }) =>
      (keyword === "type" && instancePath === choice.instancePath) || keyword === "const",
  );

/** No shape has that name: those that have one, told at the place of the name. */
function unknownName(branches: readonly Found[][]): Found | undefined {
  const names = branches.flatMap((faults) => faults.filter(({ keyword }) => keyword === "const"));
  const [first] = names;
  if (first === undefined || names.length < branches.length) return undefined;
  if (names.some(({ instancePath }) => instancePath !== first.instancePath)) return undefined;
  const allowed = [...new Set(names.map(({ params }) => String(params["allowedValue"])))];
  return { ...first, message: `must be one of ${allowed.join(", ")}` };
}

/** What is left of a choice: the faults of the shape that was meant. Undefined when nobody can say which. */
function meant(choice: Found, found: readonly Found[]): readonly Found[] | undefined {
  const branches = [...branchesOf(choice, found).values()];
  const likely = branches.filter((faults) => !isAnother(choice, faults));
  if (likely.length === 0) {
    const unknown = unknownName(branches);
    return unknown === undefined ? undefined : [unknown];
  }
  const fewest = Math.min(...likely.map(({ length }) => length));
  return likely.filter(({ length }) => length === fewest).flat();
}

function withoutOthers(found: readonly Found[], choice: Found): readonly Found[] {
  const kept = meant(choice, found);
  if (kept === undefined) return found;
  const dropped = new Set([choice, ...[...branchesOf(choice, found).values()].flat()]);
  return [...found.filter((one) => !dropped.has(one)), ...kept];
}

/** What is wrong in words; of a choice of values which there are, of a form how it is written. */
export function faultWords({
  keyword,
  params,
  message,
}: Pick<Found, "keyword" | "params" | "message">): string {
  const allowed = params["allowedValues"];
  if (keyword === "enum" && Array.isArray(allowed)) return `must be one of ${allowed.join(", ")}`;
  const form = keyword === "pattern" ? formWords(params["pattern"]) : undefined;
  return form ?? message ?? "is not valid";
}

/** `where`: body, querystring or params. The innermost choices are settled first. */
export function schemaFaults(found: readonly Found[], where: string): ItemError[] {
  const choices = found
    .filter(({ keyword }) => keyword === "anyOf")
    .toSorted((a, b) => b.schemaPath.length - a.schemaPath.length);
  return choices.reduce(withoutOthers, found).map((one) => ({
    index: 0,
    path: pathOf(one),
    message: `${where} ${faultWords(one)}`,
  }));
}
