// Profiles of small projects: every number of the report, what is suspected and what is not, and that nothing is written.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { addToIdentifiers } from "../../src/config/edit.ts";
import { DiagnosticError } from "../../src/diagnostics/diagnostic.ts";
import { type ProfileOptions, type ProfileReport, profile } from "../../src/run/profile.ts";
import { type Folder, folderOf } from "./run-project.ts";

const folders: Folder[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

type Rows = readonly string[];

/** A project with two models of text columns: `crm` (id, user_id, email, phone) and `web` (id, user_id, device). */
function projectOf(
  identifiers: string,
  crm: Rows,
  web: Rows,
  more: Readonly<Record<string, string>> = {},
): Folder {
  const csv = (header: string, rows: Rows) => `${header}\n${rows.map((row) => `${row}\n`).join("")}`;
  const folder = folderOf({
    "identity.yml": `version: 1
entity: customer
targets:
  dev: { type: duckdb, path: customer.duckdb, schema: identity }
models:
  crm: { file: crm.csv, key: id, identifiers: { user_id: user_id, email: email, phone: phone } }
  web: { file: web.csv, key: id, identifiers: { user_id: user_id, device: device } }
identifiers:
${identifiers}
${more["decisions.csv"] === undefined ? "" : "decisions: decisions.csv\n"}`,
    "crm.csv": csv("id,user_id,email,phone", crm),
    "web.csv": csv("id,user_id,device", web),
    ...more,
  });
  folders.push(folder);
  return folder;
}

const IDENTIFIERS = `  user_id: { priority: 1, limit: 1 }
  email: { priority: 2, limit: 2, normalize: [email], valid: '[^@ ]+@[^@ ]+', ignore: [b@b.example] }
  phone: { priority: 3, limit: 3, max_records: 3 }
  device: { priority: 4, limit: 5 }`;

const of = (folder: Folder, options: Partial<ProfileOptions> = {}): Promise<ProfileReport> =>
  profile({ project: folder.path, ...options });

async function identifier(folder: Folder, name: string) {
  const { identifiers } = await of(folder);
  const found = identifiers.find((each) => each.identifier === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

describe("the numbers", () => {
  const crm = [
    "1,u1,A@x.example ,1",
    "2,u1,a@x.example,1",
    "3,u2,a@x.example,1",
    "4,,c@x.example,1",
    "5,u3,b@b.example,2",
    "6,u3,nonsense,",
    "7,,,",
  ];
  const web = ["1,u1,d1", "2,u2,d1", "3,,d1", "4,,d2"];

  test("coverage, values, rejected, shared, and the values of the same records", async () => {
    const report = await of(projectOf(IDENTIFIERS, crm, web));
    expect(report).toMatchObject({
      entity: "customer",
      records: 11,
      recordsByModel: [
        { model: "crm", records: 7 },
        { model: "web", records: 4 },
      ],
      additions: [],
      warnings: [],
    });
    expect(report.identifiers.map(({ identifier: name }) => name)).toEqual([
      "user_id",
      "email",
      "phone",
      "device",
    ]);
    const [user, email, phone, device] = report.identifiers;
    expect(user).toMatchObject({
      records: 7,
      coverage: [
        { model: "crm", records: 5, of: 7 },
        { model: "web", records: 2, of: 4 },
      ],
      distinctValues: 3,
      linkingValues: 3,
    });
    expect(email).toEqual({
      identifier: "email",
      priority: 2,
      limit: 2,
      maxRecords: undefined,
      records: 4,
      coverage: [{ model: "crm", records: 4, of: 7 }],
      distinctValues: 2,
      linkingValues: 1,
      rejectedValues: [
        { reason: "ignored", values: 1 },
        { reason: "invalid", values: 1 },
      ],
      sharedValues: 0,
      sharedRecords: 0,
      topByRecords: [
        {
          value: "a@x.example",
          records: 3,
          identities: 2,
          countedBy: "user_id",
          isShared: false,
          others: [
            { identifier: "user_id", values: 2 },
            { identifier: "phone", values: 1 },
          ],
        },
        {
          value: "c@x.example",
          records: 1,
          identities: 1,
          countedBy: undefined,
          isShared: false,
          others: [],
        },
      ],
      topByIdentities: [expect.objectContaining({ value: "a@x.example" })],
      suspects: [],
      suspectsFound: 0,
      busiest: 3,
    });
    expect(phone).toMatchObject({ sharedValues: 1, sharedRecords: 4, busiest: 1, suspects: [] });
    expect(phone?.topByRecords[0]).toMatchObject({ value: "1", records: 4, isShared: true });
    expect(device?.topByRecords.map(({ value }) => value)).toEqual(["d1", "d2"]);
  });

  test("some identifiers only, and no more values than asked for; equal ones by their text", async () => {
    const folder = projectOf(IDENTIFIERS, crm, web);
    const { identifiers } = await of(folder, { identifiers: ["phone", "user_id"], top: 2 });
    expect(identifiers.map((each) => [each.identifier, each.topByRecords.map(({ value }) => value)])).toEqual(
      [
        ["user_id", ["u1", "u2"]],
        ["phone", ["1", "2"]],
      ],
    );
  });

  test("models without rows", async () => {
    const { records, identifiers } = await of(projectOf(IDENTIFIERS, [], []));
    expect([records, identifiers.map(({ distinctValues }) => distinctValues)]).toEqual([0, [0, 0, 0, 0]]);
  });

  test("a wrong name of an identifier", async () => {
    const failed = of(projectOf(IDENTIFIERS, crm, web), { identifiers: ["emial"] });
    await expect(failed).rejects.toThrow(DiagnosticError);
    await expect(failed).rejects.toMatchObject({
      diagnostics: [{ code: "IDW302", hint: expect.stringContaining("Did you mean `email`?") }],
    });
  });

  test("what a decision ignores is ignored here too", async () => {
    const decisions = "id,decision,identifier,value\n1,ignore_value,email,A@x.example\n";
    const email = await identifier(projectOf(IDENTIFIERS, crm, web, { "decisions.csv": decisions }), "email");
    expect(email.topByRecords.map(({ value }) => value)).toEqual(["c@x.example"]);
    expect(email.rejectedValues).toContainEqual({ reason: "ignored", values: 4 });
  });
});

describe("what is suspect", () => {
  const people = (from: number, count: number, email: string, phone = ""): Rows =>
    Array.from({ length: count }, (_, index) => `${from + index},u${from + index},${email},${phone}`);
  const suspects = async (crm: Rows, identifiers = IDENTIFIERS, web: Rows = []) => {
    const report = await of(projectOf(identifiers, crm, web));
    return report.identifiers.flatMap(({ identifier: name, suspects: found }) =>
      found.map(({ value, suspicion, remedy }) => [name, value, suspicion, remedy]),
    );
  };

  test("a word for nobody on two records, but not on one", async () => {
    const crm = [...people(1, 2, "No-Reply@shop.example"), ...people(5, 1, "unknown@x.example")];
    expect(await suspects(crm)).toEqual([["email", "no-reply@shop.example", "word", "ignore"]]);
    expect(await suspects(["1,none,,", "2,none,,", "3,0,,", "4,0,,"])).toEqual([
      ["user_id", "0", "word", "ignore"],
      ["user_id", "none", "word", "ignore"],
    ]);
  });

  test("an address that may be somebody's, and a run of digits, when three people at least have it", async () => {
    const fake = (count: number) => people(1, count, "fake@gmx.example");
    expect(await suspects(fake(2))).toEqual([]);
    expect(await suspects(fake(3))).toEqual([["email", "fake@gmx.example", "word", "ignore"]]);
    const digits = (count: number, phone: string) => people(1, count, "", phone);
    const uncapped = IDENTIFIERS.replace(", max_records: 3", "");
    expect(await suspects(digits(2, "5555555"), uncapped)).toEqual([]);
    for (const phone of ["5555555", "+4901234567890", "9876543210"]) {
      expect(await suspects(digits(3, phone), uncapped)).toEqual([["phone", phone, "digits", "ignore"]]);
    }
    expect(await suspects(digits(9, "+12125550123"), uncapped)).toEqual([]);
  });

  test("a crowd of ten, by a stronger identifier and its limit", async () => {
    expect(await suspects(people(1, 9, "box@x.example"))).toEqual([]);
    expect(await suspects(people(1, 10, "box@x.example"))).toEqual([
      ["email", "box@x.example", "crowd", "ignore"],
    ]);
    const generous = IDENTIFIERS.replace(
      "user_id: { priority: 1, limit: 1 }",
      "user_id: { priority: 1, limit: 2 }",
    );
    expect(await suspects(people(1, 18, "box@x.example"), generous)).toEqual([]);
  });

  test("not a busy account with many devices; the strongest identifier is judged by the next one only", async () => {
    const web = Array.from({ length: 200 }, (_, index) => `${index},u1,d${index}`);
    const phones = Array.from({ length: 60 }, (_, index) => `${index},u1,,${1000 + index}`);
    expect(await suspects(phones, IDENTIFIERS, web)).toEqual([]);
    const emails = (count: number) => Array.from({ length: count }, (_, i) => `${i},u1,a${i}@x.example,`);
    expect(await suspects(emails(18))).toEqual([]);
    expect(await suspects(emails(19))).toEqual([["user_id", "u1", "crowd", "ignore"]]);
  });

  test("not what is over max_records already", async () => {
    expect(await suspects(people(1, 10, "", "5555555"))).toEqual([]);
  });

  test("a kiosk far above all other devices gets a cap", async () => {
    const web = [
      ...Array.from({ length: 30 }, (_, index) => `k${index},u${index},kiosk`),
      ...Array.from({ length: 8 }, (_, index) => `h${index},u1,home`),
    ];
    const { additions } = await of(projectOf(IDENTIFIERS, [], web));
    expect(additions).toEqual([{ identifier: "device", ignore: [], maxRecords: 24 }]);
  });

  test("the entry is a text that normalises to the value, even where the normaliser hides it", async () => {
    const hashed = IDENTIFIERS.replace(
      "[email], valid: '[^@ ]+@[^@ ]+', ignore: [b@b.example]",
      "[email, sha256]",
    );
    const folder = projectOf(hashed, people(1, 10, "Box@x.example"), []);
    const { additions } = await of(folder);
    expect(additions).toEqual([{ identifier: "email", ignore: ["Box@x.example"], maxRecords: undefined }]);
    const words = await of(projectOf(hashed, people(1, 2, "unknown"), []));
    expect(words.additions).toEqual([{ identifier: "email", ignore: ["unknown"], maxRecords: undefined }]);
  });

  test("what was added is not suspected again", async () => {
    const crm = [...people(1, 10, "box@x.example"), ...people(20, 2, "none@x.example")];
    const folder = projectOf(IDENTIFIERS, crm, []);
    const { additions } = await of(folder);
    const text = String(
      addToIdentifiers(`version: 1\nidentifiers:\n${IDENTIFIERS}\n`, "identity.yml", additions).value,
    );
    const again = projectOf(text.split("identifiers:\n")[1] ?? "", crm, []);
    expect((await of(again)).additions).toEqual([]);
  });
});

describe("nothing is written", () => {
  test("no target, no scratch file", async () => {
    const folder = projectOf(IDENTIFIERS, ["1,u1,a@x.example,1"], []);
    await of(folder);
    expect(readdirSync(folder.path).sort()).toEqual(["crm.csv", "identity.yml", "web.csv"]);
  });

  test("results of a run stay, and models may read them", async () => {
    const folder = projectOf(IDENTIFIERS, ["1,u1,a@x.example,1"], ["1,u1,d1"]);
    await folder.run();
    const before = await folder.query("select * from identity.run_log");
    await of(folder);
    expect(await folder.query("select * from identity.run_log")).toEqual(before);
    expect(existsSync(join(folder.path, "customer.duckdb.building"))).toBe(false);
  });

  test("a profile that is stopped says so", async () => {
    const folder = projectOf(IDENTIFIERS, ["1,u1,a@x.example,1"], []);
    const controller = new AbortController();
    const stopped = of(folder, {
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.kind === "statement") controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ diagnostics: [{ code: "IDW706" }] });
  });
});
