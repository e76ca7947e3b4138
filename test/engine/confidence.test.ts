// The confidence of an identity, part by part, on identities whose numbers docs/confidence.md works out by hand.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Folder, folderOf } from "./run-project.ts";

const MODELS = `  crm:
    file: crm.csv
    key: id
    identifiers: { user: user, email: email, phone: phone }
    attributes: [name, city, plan]
  shop:
    file: shop.csv
    key: id
    identifiers: { user: user, email: email, phone: phone }
    attributes: [name, city, plan]`;

const IDENTIFIERS = `  user: { priority: 1, limit: 1, contested: first }
  email: { priority: 2, limit: 3, contested: first, normalize: [email] }
  phone: { priority: 3, limit: 2, normalize: [digits] }`;

function identityYml(more = ""): string {
  return `version: 1
entity: customer
targets:
  dev: { type: duckdb, path: customer.duckdb, schema: identity }
models:
${MODELS}
identifiers:
${IDENTIFIERS}
golden_record:
  attributes: { name: most_frequent, city: most_frequent }
${more}`;
}

const HEADER = "id,user,email,phone,name,city,plan\n";

/** The identities of docs/confidence.md, one letter each. */
const CRM = `${HEADER}a1,,ann@x.org,111,Ann,Ulm,
b1,,bob@x.org,,Bob,Rom,
c1,,cid@x.org,,Cid,Rom,
d1,u1,dan@x.org,444,Dan,Ulm,
d2,,dan@y.org,444,Dana,Bonn,
e1,u2,eve@x.org,,Eve,Oslo,
f1,u3,fay@x.org,,Fay,Oslo,
`;
const SHOP = `${HEADER}a2,,ANN@x.org,111, ann ,ULM,
b2,,bob@x.org,,Bob,Rom,
d3,,dan@y.org,555,Dana,Bonn,
d4,,dan@z.org,555,,,
e2,u2,eve@x.org,777,Eve,Oslo,
f2,u3,fay@x.org,777,Fay,Oslo,
`;

async function confidences(folder: Folder): Promise<Readonly<Record<string, unknown>>> {
  const rows = await folder.query(
    `select left(min(r.source_key), 1) as person, count(*) as records, any_value(i.confidence) as confidence
     from identity.identity_records as r join identity.identities as i using (identity_id) group by identity_id`,
  );
  return Object.fromEntries(rows.map((row) => [row["person"], row["confidence"]]));
}

test("the worked numbers of docs/confidence.md", async () => {
  const folder = folderOf({ "identity.yml": identityYml(), "crm.csv": CRM, "shop.csv": SHOP });
  await folder.run();
  const found = await confidences(folder);
  folder.remove();
  // a: (1 + 3/4) / 2, all else perfect. b: the same with one value. c: alone.
  expect(found["a"]).toBe(0.9531);
  expect(found["b"]).toBe(0.9063);
  expect(found["c"]).toBe(1);
  // d: its widest value reaches 2 of 4 records, its weakest record has one tie; name and city differ; the value that
  // reaches two models; emails 3 of 3.
  expect(found["d"]).toBe(0.3125);
  // e and f: two values tie each; a phone of theirs is contested, one of three values.
  expect(found["e"]).toBe(0.8698);
  expect(found["f"]).toBe(found["e"]);
  const docs = readFileSync(new URL("../../docs/confidence.md", import.meta.url), "utf8");
  for (const number of Object.values(found)) expect(docs).toContain(`**${number}**`);
});

test("weights and attributes of identity.yml", async () => {
  const folder = folderOf({ "identity.yml": identityYml(), "crm.csv": CRM, "shop.csv": SHOP });
  const dan = async (more: string) => {
    folder.write({ "identity.yml": identityYml(more) });
    await folder.run();
    return (await confidences(folder))["d"];
  };
  const only = (part: string) =>
    `confidence: { weights: { ${["corroboration", "agreement", "breadth", "pressure"]
      .map((each) => `${each}: ${each === part ? 1 : 0}`)
      .join(", ")} } }`;
  expect(await dan(only("corroboration"))).toBe(0.5);
  expect(await dan(only("agreement"))).toBe(0);
  expect(await dan(only("breadth"))).toBe(1);
  expect(await dan(only("pressure"))).toBe(0);
  // Nobody has a plan, so nobody disagrees; and nothing is compared where nothing is named.
  expect(await dan(`${only("agreement").slice(0, -2)}, attributes: [plan] }`)).toBe(1);
  expect(await dan(`${only("agreement").slice(0, -2)}, attributes: [] }`)).toBe(1);
  folder.remove();
});

test("a must-link is a tie, and the values that it makes one fill a limit once", async () => {
  const folder = folderOf({
    "identity.yml": identityYml("decisions: decisions.csv"),
    "crm.csv": `${HEADER}a1,u1,a@x.org,,,,\nb1,u2,b@x.org,,,,\nc1,,c@x.org,,,,\nd1,,d@x.org,,,,\n`,
    "shop.csv": HEADER,
    "decisions.csv":
      "id,decision,a,b\n1,must_link,crm:a1,crm:b1\n2,must_link,crm:c1,crm:d1\n3,cannot_link,crm:c1,crm:d1\n",
  });
  await folder.run();
  // Tied by one must-link that reaches all of it, two emails that count as one.
  expect(await confidences(folder)).toEqual({ a: 0.9063, c: 1, d: 1 });
  folder.remove();
});

test("every confidence lies between 0 and 1, and no identity goes without", async () => {
  const rows = Array.from({ length: 300 }, (_, index) => {
    const of = (kind: number, most: number) => `${(index * (kind + 7) * 31 + index * index * kind) % most}`;
    const values = [of(1, 40), `${of(2, 60)}@x.org`, of(3, 50), of(4, 9), of(5, 5), ""];
    return `${index},${values.map((value, place) => (index % (place + 3) === 0 ? "" : value)).join(",")}\n`;
  });
  const folder = folderOf({
    "identity.yml": identityYml(),
    "crm.csv": HEADER + rows.slice(0, 150).join(""),
    "shop.csv": HEADER + rows.slice(150).join(""),
  });
  await folder.run({ acceptAlarms: true });
  const [row] = await folder.query(
    `select count(*) filter (where confidence is null or confidence < 0 or confidence > 1) as wrong,
       count(*) filter (where records = 1 and confidence <> 1) as alone,
       count(*) filter (where records > 1) as merged, count(distinct confidence) as kinds
     from identity.identities`,
  );
  expect(row).toMatchObject({ wrong: 0, alone: 0 });
  expect(Number(row?.["merged"])).toBeGreaterThan(10);
  expect(Number(row?.["kinds"])).toBeGreaterThan(5);
  folder.remove();
});
