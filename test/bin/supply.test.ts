/** Promises S25 and S26: what is installed is what was written down, from a registry, unchanged, and runs nothing by itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

type Locked = {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
  hasInstallScript?: boolean;
};
type Manifest = {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
};

const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
const manifest = JSON.parse(read("package.json")) as Manifest;
const installed = Object.entries(packages).filter(([path]) => path !== "");

describe("the lock file", () => {
  test("names each package with a hash of its bytes", () => {
    const without = installed.filter(
      ([, { integrity }]) => !(integrity ?? "").startsWith("sha512-"),
    );
    expect(without.map(([path]) => path)).toEqual([]);
  });

  test("takes nothing from a repository, a folder or an address of somebody's own", () => {
    const elsewhere = installed.filter(
      ([, { resolved, link }]) =>
        link === true ||
        (resolved !== undefined && !/^https:\/\/[^/]+\/.+\/-\/[^/]+\.tgz$/.test(resolved)),
    );
    expect(elsewhere.map(([path]) => path)).toEqual([]);
    const hosts = new Set(installed.flatMap(([, { resolved }]) => resolved?.split("/")[2] ?? []));
    expect(hosts.size).toBeLessThanOrEqual(1);
  });

  test("holds at most 150 packages that run", () => {
    const running = installed.filter(
      ([, { dev, optional, devOptional }]) => !dev && !optional && !devOptional,
    );
    expect(running.length).toBeGreaterThan(20);
    expect(running.length).toBeLessThanOrEqual(150);
  });

  test("has no install script that nobody decided about", () => {
    const scripts = installed
      .filter(([, { hasInstallScript, dev }]) => hasInstallScript === true && dev !== true)
      .map(([path]) => path.replace(/^.*node_modules\//, ""));
    expect(scripts.filter((name) => !(name in manifest.allowScripts))).toEqual([]);
    expect(Object.values(manifest.allowScripts)).not.toContain(true);
  });
});

test("every version is written down exactly", () => {
  const all = {
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  };
  const loose = Object.entries(all).filter(
    ([name, version]) =>
      name !== "@types/node" && !/^(npm:[^@]*@?[^@]+@)?\d+\.\d+\.\d+$/.test(version),
  );
  expect(loose).toEqual([]);
});

test("no package runs a script when it is installed", () => {
  expect(read(".npmrc").split("\n")).toContain("ignore-scripts=true");
});

/** Below these, known faults can be used from outside. */
const FLOOR: Readonly<Record<string, string>> = {
  fastify: "5.8.3",
  "socket.io-parser": "4.2.7",
  bullmq: "6.7.0",
  ws: "8.17.1",
  helmet: "8.0.0",
};
const isAtLeast = (version: string, floor: string): boolean =>
  version.localeCompare(floor, "en", { numeric: true }) >= 0;

test.each(Object.entries(FLOOR))("every %s is %s or later", (name, floor) => {
  const found = installed.filter(([path]) => path.endsWith(`node_modules/${name}`));
  expect(found.length).toBeGreaterThan(0);
  for (const [path, { version = "0" }] of found)
    expect([path, isAtLeast(version, floor)]).toEqual([path, true]);
});
