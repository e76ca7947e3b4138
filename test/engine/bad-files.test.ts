// Files that cannot be read: what a user reads of each, to the letter, and that nothing is published. Every case meets
// the database of an earlier good run, whose bytes must stay the same.
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { CRM_CSV, projectOf, reading, refused } from "./messages.ts";

describe("files", () => {
  test("that are not there", async () => {
    expect(await refused(reading("crn.csv"))).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW401: The model crm cannot be read: there is no file crn.csv.
        |
      5 | models:
      6 |   crm: { file: crn.csv, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
        = Did you mean \`crm.csv\`? Files there: \`crm.csv\`.
      "
    `);
    expect(await refused(reading("data/2026-*.csv"))).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW401: The model crm cannot be read: no file matches data/2026-*.csv.
        |
      5 | models:
      6 |   crm: { file: data/2026-*.csv, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
        = Files there: none.
      "
    `);
    expect(await refused(reading("c*m.parquet"))).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW401: The model crm cannot be read: no file matches c*m.parquet.
        |
      5 | models:
      6 |   crm: { file: c*m.parquet, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
        = Files there: \`crm.csv\`.
      "
    `);
  });

  test("that are folders", async () => {
    expect(await refused({ ...reading("raw.csv"), "raw.csv/part.csv": CRM_CSV })).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW414: The model crm cannot be read: raw.csv is a folder.
        |
      5 | models:
      6 |   crm: { file: raw.csv, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
        = Name a file in it, or all of them with a wildcard: \`raw.csv/*.csv\`.
      "
    `);
  });

  test("whose ending tells no format", async () => {
    expect(await refused(reading("crm.cvs"))).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW413: The model crm cannot be read: \`crm.cvs\` ends in \`.cvs\`, which is no format.
        |
      5 | models:
      6 |   crm: { file: crm.cvs, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
        = Did you mean \`.csv\`? Endings: \`.csv\`, \`.tsv\`, \`.parquet\`, \`.json\`, \`.ndjson\`, \`.jsonl\`. Each also with \`.gz\` or \`.zst\`.
      "
    `);
    expect(await refused(reading("crm.xlsx"))).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW413: The model crm cannot be read: \`crm.xlsx\` ends in \`.xlsx\`, which is no format.
        |
      5 | models:
      6 |   crm: { file: crm.xlsx, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
        = Endings: \`.csv\`, \`.tsv\`, \`.parquet\`, \`.json\`, \`.ndjson\`, \`.jsonl\`. Each also with \`.gz\` or \`.zst\`.
      "
    `);
    expect(await refused(reading("crm"))).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW413: The model crm cannot be read: \`crm\` has no ending that tells its format.
        |
      5 | models:
      6 |   crm: { file: crm, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
        = Endings: \`.csv\`, \`.tsv\`, \`.parquet\`, \`.json\`, \`.ndjson\`, \`.jsonl\`. Each also with \`.gz\` or \`.zst\`.
      "
    `);
  });

  test("that are empty", async () => {
    expect(await refused({ "crm.csv": "" })).toMatchInlineSnapshot(`
      "identity.yml:7:5: error IDW508: The model crm cannot be read: crm.csv is empty.
        |
      6 |   crm:
      7 |     file: crm.csv
        |     ^^^^
      "
    `);
    expect(await refused({ ...reading("crm.csv.gz"), "crm.csv.gz": gzipSync("") })).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW508: The model crm cannot be read: crm.csv.gz is empty.
        |
      5 | models:
      6 |   crm: { file: crm.csv.gz, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
      "
    `);
    expect(
      await refused({ ...reading("part-*.ndjson"), "part-1.ndjson": '{"id": 1}\n', "part-2.ndjson": "" }),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW508: The model crm cannot be read: part-2.ndjson is empty.
        |
      5 | models:
      6 |   crm: { file: part-*.ndjson, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
      "
    `);
  });

  test("with a header alone give a model without records", async () => {
    const folder = projectOf({ "crm.csv": "id,at,email,city\n" });
    const { records, warnings } = await folder.run();
    folder.remove();
    expect(records).toBe(0);
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      ["IDW509", "The model crm has no records."],
    ]);
  });

  test("that are no CSV", async () => {
    const broken = 'id,at,email,city\n1,2026-01-01,"ann@x.org,Ulm\n2,2026-01-02,ann@x.org,Ulm\n';
    expect(await refused({ "crm.csv": broken })).toMatchInlineSnapshot(`
      "identity.yml:7:5: error IDW506: The model crm cannot be read: line 2 of crm.csv has a quote that is not closed where the field ends.
        |
      6 |   crm:
      7 |     file: crm.csv
        |     ^^^^
        = Around a quoted field nothing else may stand; a quote inside it is written twice: "5"" disk".
      "
    `);
    expect(
      await refused({ "crm.csv": broken.replace("ann@x.org,Ulm\n2", '"ann"@x.org,Ulm\n2') }),
    ).toMatchInlineSnapshot(`
      "identity.yml:7:5: error IDW506: The model crm cannot be read: line 2 of crm.csv has a quote that is not closed where the field ends.
        |
      6 |   crm:
      7 |     file: crm.csv
        |     ^^^^
        = Around a quoted field nothing else may stand; a quote inside it is written twice: "5"" disk".
      "
    `);
    expect(await refused({ "crm.csv": `${CRM_CSV}4,2026-01-04\n` })).toMatchInlineSnapshot(`
      "identity.yml:7:5: error IDW506: The model crm cannot be read: line 5 of crm.csv has 2 of the 4 fields of the header.
        |
      6 |   crm:
      7 |     file: crm.csv
        |     ^^^^
        = A field that holds the separator, a quote or a line end is put in double quotes.
      "
    `);
    expect(await refused({ "crm.csv": `${CRM_CSV}4,2026-01-04,a@x.org,Ulm,x\n` })).toMatchInlineSnapshot(`
      "identity.yml:7:5: error IDW506: The model crm cannot be read: line 5 of crm.csv has more than the 4 fields of the header.
        |
      6 |   crm:
      7 |     file: crm.csv
        |     ^^^^
        = A field that holds the separator, a quote or a line end is put in double quotes.
      "
    `);
    expect(await refused({ "crm.csv": `our customers\n${CRM_CSV}` })).toMatchInlineSnapshot(`
      "identity.yml:7:5: error IDW506: The model crm cannot be read: line 2 of crm.csv has more than the 1 field of the header.
        |
      6 |   crm:
      7 |     file: crm.csv
        |     ^^^^
        = A field that holds the separator, a quote or a line end is put in double quotes.
      "
    `);
    const far = Array.from({ length: 30_000 }, (_, index) => `${index},2026-01-01,${index}@x.org,Ulm\n`);
    const late = `id,at,email,city\n${far.join("")}x,2026-01-01,"open@x.org,Ulm\n`;
    expect(await refused({ "crm.csv": late })).toMatchInlineSnapshot(`
      "identity.yml:7:5: error IDW506: The model crm cannot be read: line 30002 of crm.csv has a quote that is not closed where the field ends.
        |
      6 |   crm:
      7 |     file: crm.csv
        |     ^^^^
        = Around a quoted field nothing else may stand; a quote inside it is written twice: "5"" disk".
      "
    `);
    const two = { ...reading("part-*.csv"), "part-1.csv": CRM_CSV, "part-2.csv": "id,at,email\n1,2\n" };
    expect(await refused(two)).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW506: The model crm cannot be read: line 2 of part-2.csv has 2 of the 3 fields of the header.
        |
      5 | models:
      6 |   crm: { file: part-*.csv, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
        = A field that holds the separator, a quote or a line end is put in double quotes.
      "
    `);
  });

  test("that are not UTF-8", async () => {
    const latin = (text: string) => Buffer.from(text, "latin1");
    expect(
      await refused({ "crm.csv": latin(`${CRM_CSV}4,2026-01-04,b@x.org,Köln\n`) }),
    ).toMatchInlineSnapshot(`
      "identity.yml:7:5: error IDW507: The model crm cannot be read: line 5 of crm.csv holds bytes that are not UTF-8.
        |
      6 |   crm:
      7 |     file: crm.csv
        |     ^^^^
        = Save it as UTF-8: \`iconv -f WINDOWS-1252 -t UTF-8 old > new\`.
      "
    `);
    expect(
      await refused({ ...reading("crm.ndjson"), "crm.ndjson": latin('{"id": "1"}\n{"id": "Köln"}\n') }),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW507: The model crm cannot be read: line 2 of crm.ndjson holds bytes that are not UTF-8.
        |
      5 | models:
      6 |   crm: { file: crm.ndjson, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
        = Save it as UTF-8: \`iconv -f WINDOWS-1252 -t UTF-8 old > new\`.
      "
    `);
  });

  test("that are no JSON", async () => {
    expect(
      await refused({ ...reading("crm.ndjson"), "crm.ndjson": '{"id": 1}\n{"id": 2\n{"id": 3}\n' }),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW510: The model crm cannot be read: line 2 of crm.ndjson is not JSON (unexpected character, byte 10 of it).
        |
      5 | models:
      6 |   crm: { file: crm.ndjson, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
      "
    `);
    expect(
      await refused({ ...reading("crm.json"), "crm.json": '[{"id": 1}, {"id": 2' }),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW510: The model crm cannot be read: value 2 of crm.json is not JSON (unexpected end of data, byte 9 of it).
        |
      5 | models:
      6 |   crm: { file: crm.json, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
      "
    `);
    expect(await refused({ ...reading("crm.json"), "crm.json": "[1, 2]" })).toMatchInlineSnapshot(`
      "identity.yml:6:26: error IDW505: The model crm has no column \`id\`.
        |
      5 | models:
      6 |   crm: { file: crm.json, key: id, observed_at: at, identifiers: { email: email } }
        |                          ^^^
        = Columns: \`json\`.

      identity.yml:6:35: error IDW505: The model crm has no column \`at\`.
        |
      5 | models:
      6 |   crm: { file: crm.json, key: id, observed_at: at, identifiers: { email: email } }
        |                                   ^^^^^^^^^^^
        = Columns: \`json\`.

      identity.yml:6:67: error IDW505: The model crm has no column \`email\`.
        |
      5 | models:
      6 |   crm: { file: crm.json, key: id, observed_at: at, identifiers: { email: email } }
        |                                                                   ^^^^^
        = Columns: \`json\`.
      "
    `);
  });

  test("that are no Parquet, or no gzip", async () => {
    expect(await refused({ ...reading("crm.parquet"), "crm.parquet": CRM_CSV })).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW510: The model crm cannot be read: No magic bytes found at end of file 'crm.parquet'.
        |
      5 | models:
      6 |   crm: { file: crm.parquet, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
      "
    `);
    expect(await refused({ ...reading("crm.csv.gz"), "crm.csv.gz": CRM_CSV })).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW510: The model crm cannot be read: Input is not a GZIP stream: crm.csv.gz.
        |
      5 | models:
      6 |   crm: { file: crm.csv.gz, key: id, observed_at: at, identifiers: { email: email } }
        |          ^^^^
      "
    `);
  });
});
