/** The colours of each theme, as the style sheets give them: those of promises are common to screens and walls. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Tokens = ReadonlyMap<string, string>;

/** Of each block of a style sheet. */
const blocksOf = (path: string): Tokens[] =>
  readFileSync(join(import.meta.dirname, "../../../client", path), "utf8")
    .split("}")
    .map(
      (block) =>
        new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map((m) => [m[1]!, m[2]!])),
    );

const both = (common: Tokens | undefined, own: Tokens | undefined): Tokens =>
  new Map([...(common ?? []), ...(own ?? [])]);

const [light, dark] = blocksOf("ui/promise.css");
const [lightScreen, darkScreen] = blocksOf("ui/tokens.css");
const [darkWall, lightWall] = blocksOf("wall/wall.css");

export const SCREENS = { light: both(light, lightScreen), dark: both(dark, darkScreen) };
export const WALLS = { light: both(light, lightWall), dark: both(dark, darkWall) };
