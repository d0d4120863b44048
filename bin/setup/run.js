import { spawn } from "node:child_process";
import { dirname, delimiter, join } from "node:path";
import { constants } from "node:os";

const LOOPBACK = ["localhost", "127.0.0.1", "::1", "[::1]"];

/** Where Node is told to go by the proxies of the environment (`NODE_USE_ENV_PROXY`), this machine is not behind them: simulator, commands and starter ask the tower itself. */
function withoutProxy() {
  const given = process.env.no_proxy ?? process.env.NO_PROXY ?? "";
  const all = [given, ...LOOPBACK, process.env.HOST].filter(Boolean).join(",");
  const hosts = given.trim() === "*" ? given : all;
  return { no_proxy: hosts, NO_PROXY: hosts };
}

/**
 * The environment of what we start: our own tools and the chosen Node come first on the PATH, and what Node compiled once is kept, types stripped: a server and
 * a worker that start again cost half the CPU.
 * @param {string} root @param {string} node
 */
export function environment(root, node) {
  const path = [dirname(node), join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(
    delimiter,
  );
  const compiled = process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules", ".cache", "node");
  return { ...process.env, ...withoutProxy(), PATH: path, NODE_COMPILE_CACHE: compiled };
}

/** @param {number | null} code @param {NodeJS.Signals | null} signal */
function exitCode(code, signal) {
  if (code !== null) return code;
  return 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0));
}

/**
 * npm passes SIGTERM on to its shell alone, and the shell ends without passing it on to us: when it is gone, whoever
 * ended it meant the program too. Started otherwise, our parent may go its way.
 * @param {() => void} end @returns {() => void} call it when nobody needs to follow any more
 */
function followNpm(end) {
  if (process.env.npm_lifecycle_event === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, 500);
  return () => clearInterval(timer);
}

/**
 * Runs one program to its end and resolves with its exit code (128 + number for a signal). Signals sent to us are
 * passed on; we end after it, so that the terminal is given back only when everything is over.
 * @param {string} command @param {string[]} args @param {import("node:child_process").SpawnOptions} options
 * @returns {Promise<number>}
 */
export function runToEnd(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", ...options });
    /** @type {NodeJS.Signals[]} */
    const names = ["SIGINT", "SIGTERM", "SIGHUP"];
    /** @param {NodeJS.Signals} name */
    const passOn = (name) => child.kill(name);
    for (const name of names) process.on(name, passOn);
    const stopFollowing = followNpm(() => child.kill("SIGTERM"));
    const done = () => {
      stopFollowing();
      for (const name of names) process.off(name, passOn);
    };
    child.once("error", (error) => {
      done();
      reject(error);
    });
    child.once("exit", (code, signal) => {
      done();
      resolve(exitCode(code, signal));
    });
  });
}

/**
 * Gives the terminal to one of our TypeScript programs.
 * @param {string} root @param {string} node @param {string[]} args
 */
export function handOver(root, node, args) {
  return runToEnd(node, [join(root, args[0] ?? ""), ...args.slice(1)], {
    env: environment(root, node),
  });
}

/**
 * Says every few seconds that a long step is still going on.
 * @param {string} what @param {(message: string) => void} say @returns {() => void} call it when the step is over
 */
export function heartbeat(what, say) {
  const begunAt = Date.now();
  const timer = setInterval(
    () => say(`  ${what}: ${Math.round((Date.now() - begunAt) / 1000)} s`),
    10_000,
  );
  return () => clearInterval(timer);
}
