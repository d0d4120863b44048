/** One change of the schema. */
export type Phase = "expand" | "migrate" | "contract";
export type Migration = { name: string; phase: Phase; statements: readonly string[] };
