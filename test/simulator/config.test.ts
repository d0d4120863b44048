import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { SitesFile } from "../../domain/contract/sites.ts";
import { readSettings } from "../../simulator/config.ts";

const MAIN = join(import.meta.dirname, "../../simulator/main.ts");
const call = (...args: string[]) =>
  spawnSync(process.execPath, [MAIN, ...args], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
  });

test("without arguments it is the demo, in real time", () => {
  const settings = readSettings([], { CT_KEY: "k", CT_DATA_DIR: "/d" });
  expect(settings).toMatchObject({
    mode: "live",
    url: "http://127.0.0.1:3000",
    key: "k",
    file: "/d/simulator.json",
  });
  expect(settings).toHaveProperty("preset.name", "demo");
});

test("a rate makes it a load test", () => {
  const settings = readSettings(["--preset", "r1", "--rate", "max", "--days", "2"], {
    CT_KEY: "k",
  });
  expect(settings).toMatchObject({ mode: "load", rate: Infinity, days: 2 });
});

test("every mistake is named", () => {
  const read = () =>
    readSettings(["--preset", "nope", "--days", "0", "--rate", "0"], { CT_URL: "ftp://x" });
  expect(read).toThrow(/preset "nope"[^]*--days[^]*CT_URL[^]*CT_KEY[^]*--rate/);
  expect(() => readSettings(["--what"], {})).toThrow(/--what/);
  expect(() => readSettings(["--generate", "--start", "2026-02-30"], {})).toThrow(/--start/);
});

test("--help tells how it is called; a wrong call ends with 2", () => {
  const help = call("--help");
  expect(help.status).toBe(0);
  for (const word of ["--generate", "--truth", "peak-week", "CT_KEY"])
    expect(help.stdout).toContain(word);
  expect(call("--preset", "nope").status).toBe(2);
});

test("generated files repeat byte by byte, and come with their sites", { timeout: 60_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), "simulator-"));
  const file = (name: string): string => join(dir, name);
  const hash = (name: string): string =>
    createHash("sha256")
      .update(readFileSync(file(name)))
      .digest("hex");
  const generate = (name: string) =>
    call(
      "--generate",
      "--preset",
      "demo",
      "--days",
      "0.1",
      "--out",
      file(name),
      "--truth",
      file(`${name}.truth`),
      "--sites-out",
      file("sites.json"),
    );
  expect(generate("one").status).toBe(0);
  expect(generate("two").status).toBe(0);
  const outputs = [
    "",
    ".truth/orders.jsonl",
    ".truth/incidents.jsonl",
    ".truth/scans.jsonl",
    ".truth/reports.jsonl",
  ];
  expect(outputs.map((name) => hash(`one${name}`))).toEqual(
    outputs.map((name) => hash(`two${name}`)),
  );
  const lines = (name: string): number => readFileSync(file(name), "utf8").split("\n").length - 1;
  expect(lines("one")).toBeGreaterThan(2_000);
  expect(lines("one.truth/reports.jsonl")).toBe(lines("one"));
  const ajv = addFormats.default(new Ajv({ strict: false }));
  expect(ajv.validate(SitesFile, JSON.parse(readFileSync(file("sites.json"), "utf8")))).toBe(true);
  rmSync(dir, { recursive: true });
});
