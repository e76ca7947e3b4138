// The sample is the shop that docs and identity.yml describe: five sources, people, traps, a truth for every record.
import { expect, test } from "vitest";
import { parseCsv, type Row, text } from "./sample.ts";

const keys = {
  crm_contacts: ["contact_id"],
  orders: ["store_code", "order_no"],
  web_events: ["event_id"],
  support_tickets: ["ticket_id"],
  loyalty_members: ["member_no"],
};
const sources = new Map(Object.keys(keys).map((name) => [name, parseCsv(text(`data/${name}.csv.gz`))]));
const truth = new Map(parseCsv(text("data/truth.csv.gz")).map((row) => [field(row, "record_key"), row]));
const decisions = parseCsv(text("decisions.csv"));

function field(row: Row | undefined, name: string): string {
  const value = row?.[name];
  if (value === undefined) throw new Error(`no column ${name}`);
  return value;
}
const rows = (source: string): readonly Row[] => sources.get(source) ?? [];
const person = (record: string): string => field(truth.get(record), "person_id");

function countTraps(): ReadonlyMap<string, number> {
  const traps = new Map<string, number>();
  for (const row of truth.values()) {
    for (const trap of field(row, "traps").split("|")) traps.set(trap, (traps.get(trap) ?? 0) + 1);
  }
  traps.delete("");
  return traps;
}

test("about 10,000 people and 100,000 records", () => {
  const people = new Set([...truth.values()].map((row) => field(row, "person_id")).filter((id) => id !== ""));
  expect(Math.abs(people.size - 10_000)).toBeLessThan(100);
  expect(Math.abs(truth.size - 100_000)).toBeLessThan(2_000);
});

test.each(Object.entries(keys))(
  "every record of %s has one truth, and its key repeats only when delivered twice",
  (source, columns) => {
    const seen = new Map<string, number>();
    for (const row of rows(source)) {
      const key = `${source}:${columns.map((column) => field(row, column)).join("|")}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect(seen.size).toBe([...truth.keys()].filter((key) => key.startsWith(`${source}:`)).length);
    for (const [key, times] of seen) {
      const twice = field(truth.get(key), "traps").split("|").includes("delivered_twice");
      if (times !== (twice ? 2 : 1)) expect.fail(`${key} stands ${times} times in ${source}`);
    }
  },
);

test("every trap is set", () => {
  const traps = countTraps();
  expect([...traps.keys()].sort()).toEqual([
    "anonymous",
    "changed_name",
    "concierge",
    "delivered_twice",
    "email_typo",
    "family_email",
    "gmail_dots",
    "household_phone",
    "kiosk",
    "late",
    "login_later",
    "name_typo",
    "nickname",
    "no_contact",
    "no_reply",
    "no_time",
    "phone_typo",
    "placeholder_email",
    "placeholder_phone",
    "plus_tag",
    "recycled_phone",
    "role_mailbox",
    "same_name",
    "second_account",
    "second_card",
    "shared_tablet",
    "store_phone",
    "test_account",
    "twin",
  ]);
  for (const [trap, count] of traps) expect([trap, count >= 10]).toEqual([trap, true]);
});

test("hundreds of accounts sign in on one device", () => {
  const accounts = new Map<string, Set<string>>();
  for (const row of rows("web_events")) {
    if (field(row, "user_id") === "" || field(row, "device_id") === "") continue;
    const device = field(row, "device_id");
    accounts.set(device, (accounts.get(device) ?? new Set()).add(field(row, "user_id")));
  }
  expect(Math.max(...[...accounts.values()].map((users) => users.size))).toBeGreaterThan(100);
});

test("keys keep leading zeros, names their letters, times are ISO 8601", () => {
  expect(rows("loyalty_members").every((row) => /^0\d{7}$/.test(field(row, "member_no")))).toBe(true);
  const names = new Set(rows("crm_contacts").map((row) => field(row, "last_name")));
  for (const name of ["Müller", "Weiß", "Núñez", "O'Brien", "Satō"]) expect(names).toContain(name);
  const utc = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
  expect(
    rows("orders").every((row) => utc.test(field(row, "ordered_at")) && utc.test(field(row, "loaded_at"))),
  ).toBe(true);
  expect(
    rows("support_tickets").every((row) => /T\d\d:\d\d:\d\d\+0[12]:00$/.test(field(row, "created_at"))),
  ).toBe(true);
});

test("decisions say what is true", () => {
  expect(new Set(decisions.map((row) => field(row, "id"))).size).toBe(decisions.length);
  for (const row of decisions) {
    expect(field(row, "reason")).not.toBe("");
    expect(field(row, "decided_by")).not.toBe("");
    expect(Number.isNaN(Date.parse(field(row, "decided_at")))).toBe(false);
    const [a, b] = [field(row, "a"), field(row, "b")];
    if (field(row, "decision") === "must_link") expect(person(a)).toBe(person(b));
    if (field(row, "decision") === "cannot_link") expect(person(a)).not.toBe(person(b));
    if (field(row, "decision") === "ignore_value") {
      const people = rows("orders")
        .filter((order) => field(order, field(row, "identifier")) === field(row, "value"))
        .map((order) => person(`orders:${field(order, "store_code")}|${field(order, "order_no")}`));
      expect(new Set(people).size).toBeGreaterThan(10);
    }
  }
  expect(new Set(decisions.map((row) => field(row, "decision")))).toEqual(
    new Set(["must_link", "cannot_link", "ignore_value", "golden_override"]),
  );
});

test("data/README.md counts what is there", () => {
  const readme = text("data/README.md");
  const told = (name: string) =>
    Number(readme.match(new RegExp(`^\\| +\`${name}\` +\\| +([\\d,]+) +\\|`, "m"))?.[1]?.replaceAll(",", ""));
  for (const [name, found] of sources) expect([name, told(`${name}.csv.gz`)]).toEqual([name, found.length]);
  expect(told("truth.csv.gz")).toBe(truth.size);
  for (const [trap, count] of countTraps()) expect([trap, told(trap)]).toEqual([trap, count]);
  const known = [...truth.values()].filter((row) => field(row, "known") === "true").length;
  expect(readme).toContain(`\`known\` is true for the ${known.toLocaleString("en-US")} records`);
});
