/** Settings that come from an environment, of whichever process: picked, checked whole, every mistake named and no secret shown. */
import { countOf } from "./counted.ts";

/** The schema of each, whose description says what it means. */
type Known = Readonly<Record<string, object>>;
/** One error as JSON Schema validators tell it. */
type Fault = { keyword: string; instancePath: string; params: object };
type Values = Record<string, string>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings among them. An empty variable counts as not set: that is how compose files and shells spell it. */
export const pickSettings = (known: Known, env: Environment): Values =>
  Object.fromEntries(
    Object.keys(known).flatMap((name): [string, string][] => {
      const value = env[name];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );

/** What is wrong, without the notation of the schema: what would be right is said by the setting's meaning. */
function faultOf({ keyword, params }: Fault): string {
  const { limit } = params as { limit?: number };
  if (keyword === "minLength") return `needs ${limit} characters or more`;
  if (keyword === "maxLength") return `has room for ${limit} characters`;
  return "is not what it may be";
}

/** One sentence a mistake, after a validation: the setting, its value unless that is secret, and what it means. */
export const mistakesIn = (
  errors: readonly Fault[] | null | undefined,
  known: Known,
  values: Values,
  secret: ReadonlySet<string>,
): string[] =>
  (errors ?? []).map((error) => {
    const name = error.instancePath.slice(1);
    const shown = secret.has(name) ? "" : ` (it is ${JSON.stringify(values[name])})`;
    const { description = "" } = (known[name] ?? {}) as { description?: string };
    return `${name} ${faultOf(error)}${shown}. ${description}`.trimEnd();
  });

/** Throws one Error that names them all, one a line; nothing when there are none. */
export function refuseMistakes(mistakes: readonly string[]): void {
  if (mistakes.length === 0) return;
  throw new Error(
    `The environment has ${countOf(mistakes.length, "mistake")}:\n${mistakes.join("\n")}`,
  );
}
