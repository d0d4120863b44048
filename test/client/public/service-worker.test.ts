import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const CODE = readFileSync(join(import.meta.dirname, "../../../client/public/sw.js"), "utf8");
type Listener = (event: object) => void;

/** The worker as a browser runs it, with what it showed and opened. */
function worker() {
  const listeners = new Map<string, Listener>();
  const shown: { title: string; options: { actions: object[]; data: object } }[] = [];
  const opened: string[] = [];
  const self = {
    location: { origin: "https://tower.example.org" },
    addEventListener: (name: string, listener: Listener) => listeners.set(name, listener),
    registration: {
      showNotification: (title: string, options: (typeof shown)[number]["options"]) =>
        shown.push({ title, options }),
    },
    clients: { openWindow: (url: string) => opened.push(url) },
  };
  // oxlint-disable-next-line no-new-func -- a service worker is a script, not a module
  new Function("self", CODE)(self);
  const say = (name: string, event: object) =>
    listeners.get(name)?.({ ...event, waitUntil: () => undefined });
  return { shown, opened, say };
}

test("a push has the buttons that came with it, and each opens the page of its own link", () => {
  const { shown, opened, say } = worker();
  const actions = [
    { title: "Acknowledge", url: "https://tower.example.org/l/a" },
    { title: "Shelve", url: "https://elsewhere.example.org/l/b" },
  ];
  const message = { title: "t", url: "https://tower.example.org/inbox?incident=INC-7", actions };
  say("push", { data: { json: () => message } });
  const [one] = shown;
  expect(one?.options.actions).toEqual([
    { action: "1", title: "Acknowledge" },
    { action: "2", title: "Shelve" },
  ]);
  const notification = { data: one?.options.data, close: () => undefined };
  for (const action of ["", "1", "2"]) say("notificationclick", { notification, action });
  expect(opened).toEqual(["/inbox?incident=INC-7", "/l/a"]);
});

test("a push without buttons opens the inbox", () => {
  const { shown, opened, say } = worker();
  say("push", { data: null });
  const notification = { data: shown[0]?.options.data, close: () => undefined };
  say("notificationclick", { notification, action: "" });
  expect(opened).toEqual(["/inbox"]);
});
