import { expect, test } from "vitest";
import { rankCommands, type Command } from "../../../client/ui/commands.ts";
import { fuzzyScore } from "../../../client/ui/fuzzy.ts";

const named = (...labels: string[]): Command[] =>
  labels.map((label) => ({ id: label, label, kind: "Screen", run: () => undefined }));
const found = (commands: Command[], typed: string, used: string[] = []) =>
  rankCommands(commands, typed, used).map(({ label }) => label);

test("beginnings of words beat middles, and whole pieces beat scattered letters", () => {
  const score = (text: string) => fuzzyScore("tru", text) ?? -1;
  expect(score("Trucks")).toBeGreaterThan(score("Group by departing truck"));
  expect(score("Group by departing truck")).toBeGreaterThan(score("Instrument"));
  expect(score("Instrument")).toBeGreaterThan(score("To the rules"));
  expect(score("Board")).toBe(-1);
});

test("every word that is typed must be answered, in any order", () => {
  const commands = named("Group by departing truck", "Group by stage", "Trucks");
  expect(found(commands, "truck group")).toEqual(["Group by departing truck"]);
  expect(found(commands, "zzz")).toEqual([]);
});

test("the kind of a thing finds it too", () => {
  expect(found(named("Board"), "screen board")).toEqual(["Board"]);
});

test("with nothing typed what was used last stands first, and there are ten at most", () => {
  const many = named(...Array.from({ length: 14 }, (_, at) => `Command ${at}`));
  expect(found(many, "", ["Command 12", "Command 3"]).slice(0, 3)).toEqual([
    "Command 12",
    "Command 3",
    "Command 0",
  ]);
  expect(found(many, "")).toHaveLength(10);
});
