// The way from the columns of a model to records and values (resolution.md §1 and §2), and the lists of what is dropped.
import { describe, expect, test } from "vitest";
import { identityYml, keysOf, projectOf, valuesOf } from "./messages.ts";

describe("columns to values", () => {
  test("several columns, arrays, composites, a country beside the phone", async () => {
    const rows = [
      {
        id: "1",
        mail: "A@x.org",
        mails: ["a@x.org", "b@x.org", null, ""],
        n: 7,
        name: " Ann|Lee ",
        born: "1980-01-01",
        zip: "a\\b",
        tel: "0171 1234567",
        land: "DE",
      },
      {
        id: "2",
        mail: null,
        mails: [],
        n: null,
        name: "ann|lee",
        born: "1980-01-01",
        zip: "A\\B",
        tel: "+49 171 1234567",
        land: null,
      },
      {
        id: "3",
        mail: null,
        mails: null,
        n: 12,
        name: "ann",
        born: "lee",
        zip: null,
        tel: "(212) 555-0123",
        land: "",
      },
      {
        id: "4",
        mail: null,
        mails: null,
        n: null,
        name: "ann",
        born: "",
        zip: "1",
        tel: "212 555 0123",
        land: "Canada",
      },
    ];
    const folder = projectOf({
      "identity.yml": identityYml({
        models: `  crm:
    file: crm.ndjson
    key: id
    identifiers:
      email: [mail, mails]
      number: n
      person: { all_of: [name, born, zip] }
      phone: { column: tel, country: land }
    attributes: [{ mail: Mail }]`,
        identifiers: `  email: { priority: 1, normalize: [email] }
  number: { priority: 2 }
  person: { priority: 3 }
  phone: { priority: 4, normalize: [phone] }`,
        more: "default_country: US\n",
      }),
      "crm.ndjson": rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
    });
    await folder.run();
    expect(await valuesOf(folder, "email")).toEqual(["crm:1 a@x.org", "crm:1 b@x.org"]);
    expect(await valuesOf(folder, "number")).toEqual(["crm:1 7", "crm:3 12"]);
    expect(await valuesOf(folder, "person")).toEqual([
      "crm:1 ann\\|lee|1980-01-01|a\\\\b",
      "crm:2 ann\\|lee|1980-01-01|a\\\\b",
    ]);
    expect(await valuesOf(folder, "phone")).toEqual([
      "crm:1 +491711234567",
      "crm:2 +491711234567",
      "crm:3 +12125550123",
      "crm:4 +12125550123",
    ]);
    folder.remove();
  });

  test("keys of several columns, with what joins them inside", async () => {
    const folder = projectOf({
      "identity.yml": identityYml({
        models: "  crm: { file: crm.ndjson, key: [a, b], identifiers: { email: a } }",
      }),
      "crm.ndjson": [
        ["x|y", "z"],
        ["x", "y|z"],
        ["x\\", "|z"],
        ["x", "\\||z"],
        ["", "z"],
        ["007", 7],
      ]
        .map(([a, b]) => `${JSON.stringify({ a, b })}\n`)
        .join(""),
    });
    await folder.run();
    expect(await keysOf(folder)).toEqual(
      ["crm:|z", "crm:007|7", "crm:x\\\\|\\|z", "crm:x\\|y|z", "crm:x|\\\\\\|\\|z", "crm:x|y\\|z"].sort(
        (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)),
      ),
    );
    folder.remove();
  });

  test("what is rejected is listed whole: empty, invalid, ignored by entry, pattern and decision", async () => {
    const mails = [
      " ",
      "broken",
      "Test@Test.com",
      "no-reply@x.org",
      "desk@x.org",
      "ann@x.org",
      null,
      "ANN@x.org",
    ];
    const rows = mails.map((mail, index) => ({
      id: `${index}`,
      mail,
      more: index === 0 ? ["ann@x.org", ""] : null,
    }));
    const folder = projectOf({
      "identity.yml": identityYml({
        models: "  crm: { file: crm.ndjson, key: id, identifiers: { email: [mail, more] } }",
        identifiers: `  email:
    priority: 1
    normalize: [email]
    valid: '[^@ ]+@[^@ ]+\\.[a-z]{2,}'
    ignore: [" TEST@test.com", { pattern: 'no-?reply@.*' }]
    max_records: 2`,
        more: "decisions: decisions.csv\n",
      }),
      "crm.ndjson": rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
      "decisions.csv": "id,decision,identifier,value\nd,ignore_value,email,DESK@x.org\n",
    });
    const { rejectedValues } = await folder.run();
    expect(
      await folder.query(
        "select record_key, raw_value, reason from identity.rejected_values order by record_key, raw_value",
      ),
    ).toEqual([
      { record_key: "crm:0", raw_value: "", reason: "empty" },
      { record_key: "crm:0", raw_value: " ", reason: "empty" },
      { record_key: "crm:1", raw_value: "broken", reason: "invalid" },
      { record_key: "crm:2", raw_value: "Test@Test.com", reason: "ignored" },
      { record_key: "crm:3", raw_value: "no-reply@x.org", reason: "ignored" },
      { record_key: "crm:4", raw_value: "desk@x.org", reason: "ignored" },
    ]);
    expect(rejectedValues).toEqual([
      { identifier: "email", reason: "ignored", rows: 3 },
      { identifier: "email", reason: "empty", rows: 2 },
      { identifier: "email", reason: "invalid", rows: 1 },
    ]);
    // Three records carry it, and two may.
    expect(await valuesOf(folder, "email")).toEqual([
      "crm:0 ann@x.org (shared)",
      "crm:5 ann@x.org (shared)",
      "crm:7 ann@x.org (shared)",
    ]);
    expect(await folder.query("select count(*)::int as n from identity.identities")).toEqual([{ n: 8 }]);
    folder.remove();
  });
});

describe("rows to records", () => {
  test("reject rules: a row may have several reasons; NULL is no reason", async () => {
    const folder = projectOf({
      "identity.yml": identityYml({
        models: `  crm:
    file: crm.csv
    key: id
    identifiers: { email: email }
    reject:
      - { when: "email is null", reason: no_email }
      - { when: "city = '{{ var(''city'') }}'", reason: test_city }
      - { when: "id like 'x%' or email = 'it''s'", reason: no_email }
  web: { file: crm.csv, key: id, identifiers: { email: email } }`,
        more: "vars: { city: Ulm }\n",
      }).replaceAll("''city''", "'city'"),
      "crm.csv": "id,email,city\n1,a@x.org,Rom\n2,,Ulm\n3,it's,Ulm\nx4,,\n5,e@x.org,\n",
    });
    const { recordsRejected, rejectedRecords } = await folder.run();
    expect(
      await folder.query(
        "select source_key, reason, run from identity.rejected_records order by source_key, reason",
      ),
    ).toEqual([
      { source_key: "2", reason: "no_email", run: 1 },
      { source_key: "2", reason: "test_city", run: 1 },
      { source_key: "3", reason: "no_email", run: 1 },
      { source_key: "3", reason: "test_city", run: 1 },
      { source_key: "x4", reason: "no_email", run: 1 },
    ]);
    expect(recordsRejected).toBe(3);
    expect(rejectedRecords).toEqual([
      { model: "crm", reason: "no_email", rows: 3 },
      { model: "crm", reason: "test_city", rows: 2 },
    ]);
    expect((await keysOf(folder)).filter((key) => String(key).startsWith("crm:"))).toEqual([
      "crm:1",
      "crm:5",
    ]);
    folder.remove();
  });

  test("on_duplicate_key: latest keeps the latest row, ties by all columns; no key is a reject", async () => {
    const folder = projectOf({
      "identity.yml": identityYml({
        models: `  crm:
    file: crm.csv
    key: id
    observed_at: at
    on_duplicate_key: latest
    identifiers: { email: email }
    attributes: [city]
    reject: [{ when: "city = 'gone'", reason: gone }]`,
        more: "golden_record: { attributes: { city: most_recent } }\n",
      }),
      "crm.csv": `id,at,email,city
1,2026-01-02,new@x.org,b
1,2026-01-01,old@x.org,z
1,,none@x.org,z
2,2026-01-01,a@x.org,b
2,2026-01-01,z@x.org,b
2,2026-01-01,z@x.org,a
3,2026-01-09,late@x.org,gone
3,2026-01-01,early@x.org,b
,2026-01-01,nobody@x.org,b
,2026-01-01,gone@x.org,gone
4,2026-01-01,same@x.org,b
4,2026-01-01,same@x.org,b
`,
    });
    await folder.run();
    expect(await valuesOf(folder, "email")).toEqual([
      "crm:1 new@x.org",
      "crm:2 z@x.org",
      "crm:3 early@x.org",
      "crm:4 same@x.org",
    ]);
    expect(
      await folder.query(
        "select source_key, reason from identity.rejected_records order by source_key nulls first, reason",
      ),
    ).toEqual([
      { source_key: null, reason: "gone" },
      { source_key: null, reason: "null_key" },
      { source_key: "1", reason: "duplicate_key" },
      { source_key: "2", reason: "duplicate_key" },
      { source_key: "3", reason: "gone" },
      { source_key: "4", reason: "duplicate_key" },
    ]);
    folder.remove();
  });
});
