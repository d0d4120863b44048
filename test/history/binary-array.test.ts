import fc from "fast-check";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { binaryArray } from "../../history/binary-array.ts";
import { postgresMissing, startPostgres, type TestPostgres } from "../support/postgres.ts";

const orNull = <T>(of: fc.Arbitrary<T>) => fc.array(fc.option(of), { maxLength: 12 });

describe.skipIf(postgresMissing)("PostgreSQL reads the values that were written", () => {
  let postgres: TestPostgres;
  let pool: Pool;
  beforeAll(async () => {
    postgres = await startPostgres();
    pool = new Pool({ connectionString: postgres.url, max: 1 });
  }, 60_000);
  afterAll(async () => {
    await pool.end();
    await postgres.stop();
  }, 60_000);

  async function back(type: "text" | "int" | "blob", values: readonly unknown[]) {
    const cast = { text: "text", int: "bigint", blob: "bytea" }[type];
    const list = binaryArray(type, values);
    const { rows } = await pool.query<{ value: unknown }>(
      `select value from unnest($1::${cast}[]) with ordinality as of (value, place) order by place`,
      [list],
    );
    return rows.map(({ value }) => value);
  }

  test("text of any script, with quotes, commas, braces and nothing at all", async () => {
    const texts = fc.oneof(
      fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\u0000")),
      fc.constantFrom("", "NULL", '{"a":"b\\\\",c}', "{}", "\n"),
    );
    await fc.assert(
      fc.asyncProperty(orNull(texts), async (values) => {
        expect(await back("text", values)).toEqual(values);
      }),
      { numRuns: 60 },
    );
  });

  test("whole numbers, negative ones too, as large as a number holds exactly", async () => {
    await fc.assert(
      fc.asyncProperty(orNull(fc.maxSafeInteger()), async (values) => {
        expect((await back("int", values)).map((value) => value && Number(value))).toEqual(
          values.map((value) => value && Number(value)),
        );
      }),
      { numRuns: 60 },
    );
    await expect(back("int", [1.5])).rejects.toThrow("no whole number");
  });

  test("bytes", async () => {
    await fc.assert(
      fc.asyncProperty(orNull(fc.uint8Array({ maxLength: 40 })), async (values) => {
        const read = (await back("blob", values)) as (Uint8Array | null)[];
        expect(read.map((bytes) => bytes && [...bytes])).toEqual(
          values.map((bytes) => bytes && [...bytes]),
        );
      }),
      { numRuns: 30 },
    );
  });
});
