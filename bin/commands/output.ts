/** What a command prints: whole, or it failed; and plain where no terminal reads it. */
import { Console } from "node:console";
import { stripVTControlCharacters } from "node:util";

/** A reader that had enough (`| head`) stops nothing: the work goes on to its end. Whatever else keeps words from being written is a failure. */
function onTrouble(name: string, error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") return;
  process.exitCode = 1;
  if (name === "stdout")
    process.stderr.write(`ct: the output cannot be written: ${error.message}\n`);
}

/** Node's own console keeps such errors to itself: a secret that nobody can ever read again would be printed with success. */
export function watchOutput(): void {
  const { stdout, stderr } = process;
  stdout.on("error", (error: NodeJS.ErrnoException) => onTrouble("stdout", error));
  stderr.on("error", (error: NodeJS.ErrnoException) => onTrouble("stderr", error));
  globalThis.console = new Console({ stdout, stderr, ignoreErrors: false });
}

/** Without the terminal's colors where there is none. */
export const plainFor = (out: NodeJS.WriteStream, text: string): string =>
  out.isTTY
    ? text
    : stripVTControlCharacters(text)
        .split("\n")
        .map((line) => line.trimEnd())
        .join("\n");
