import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import { MEMBER_ACTION_BODIES, MEMBER_ACTIONS } from "../../../domain/contract/incidents.ts";
import { PLAYBOOKS } from "../../../domain/incidents/playbooks.ts";
import { playbookView } from "../../../server/incidents/playbook-view.ts";
import { anIncident } from "../../domain/incidents/fixtures.ts";

const stepsOf = (code: string) => playbookView(anIncident({ inputs: { code } }))?.steps ?? [];
const buttons = Object.keys(PLAYBOOKS).flatMap((code) =>
  stepsOf(code).flatMap(({ button }) => (button === null ? [] : [{ code, ...button }])),
);

describe("the buttons of every playbook", () => {
  test("that act on orders send what the action takes", () => {
    const acting = buttons.filter(({ does }) => does.startsWith("orders/"));
    expect(new Set(acting.map(({ does }) => does))).toEqual(
      new Set(MEMBER_ACTIONS.map((name) => `orders/${name}`)),
    );
    for (const { code, does, with: body = {} } of acting) {
      const name = MEMBER_ACTIONS.find((one) => does === `orders/${one}`);
      expect([code, does, name && Value.Check(MEMBER_ACTION_BODIES[name], body)]).toEqual([
        code,
        does,
        true,
      ]);
    }
  });

  test("that release take away a hold of which the playbook is, or that it placed", () => {
    for (const { code, does, with: body } of buttons) {
      if (does !== "orders/release") continue;
      const held = buttons.flatMap((one) =>
        one.code === code && one.does === "orders/hold" ? [one.with?.["code"]] : [],
      );
      expect([code, ...held]).toContain(body?.["code"]);
    }
  });

  test("that write say to whom as people say it", () => {
    const labels = buttons.flatMap(({ label, does }) => (does === "message" ? [label] : []));
    expect(labels).toEqual(expect.arrayContaining(["Write to IT", "Write to the carrier"]));
    expect(labels.filter((label) => /\bthe (it|purchasing)$/.test(label))).toEqual([]);
  });

  test("what is to be found out is a sentence and a question", () => {
    const [first] = stepsOf("OTHER");
    expect(first).toMatchObject({
      words: "Say what is the matter. What happened?",
      button: null,
    });
  });
});
