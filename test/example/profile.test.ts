// What a profile of the sample proposes: its placeholders, the telephones of its stores and its kiosks, and nobody's family.
import { afterAll, describe, expect, test } from "vitest";
import { type ProfileReport, profile } from "../../src/run/profile.ts";
import { AS_IT_IS, type Example, exampleOf, UNCLEANED } from "./profiled.ts";
import { parseCsv, text } from "./sample.ts";

const examples: Example[] = [];
afterAll(() => {
  for (const example of examples) example.remove();
});

async function profiled(identityYml: string): Promise<ProfileReport> {
  const example = exampleOf(identityYml);
  examples.push(example);
  return profile({ project: example.path });
}

const suspects = ({ identifiers }: ProfileReport, name: string, remedy: string) =>
  identifiers
    .find(({ identifier }) => identifier === name)
    ?.suspects.filter((suspect) => suspect.remedy === remedy)
    .map(({ value }) => value);

describe("before anyone wrote `ignore` or `max_records`", () => {
  test("the placeholders, the telephones of the stores and the kiosks", async () => {
    expect(UNCLEANED).not.toMatch(/ignore:|max_records:/);
    const report = await profiled(UNCLEANED);
    expect(report.additions).toEqual([
      {
        identifier: "email",
        ignore: [
          "test@test.com",
          "customer@shop.example",
          "noemail@example.com",
          "a@a.com",
          "no-reply@shop.example",
          "noreply@forms.example",
          "noreply@shop.example",
        ],
        maxRecords: undefined,
      },
      { identifier: "phone", ignore: ["+33639986810"], maxRecords: 84 },
      { identifier: "device_id", ignore: ["d-5bed3c5d3286"], maxRecords: 150 },
      { identifier: "anonymous_id", ignore: ["3841ec8b12ffde01", "bd73d8b56863e00f"], maxRecords: 150 },
    ]);
    expect(suspects(report, "device_id", "max_records")?.[0]).toBe("d-8c9e22cc66f8");
    const phones = [
      ...(suspects(report, "phone", "max_records") ?? []),
      ...(suspects(report, "phone", "ignore") ?? []),
    ];
    expect(phones).toHaveLength(6);
    expect(familiesWith(phones)).toEqual([]);
  });
});

test("with what is written there now, the kiosks are left", async () => {
  const report = await profiled(AS_IT_IS);
  expect(report.additions.map(({ identifier }) => identifier)).toEqual(["device_id", "anonymous_id"]);
});

/** Records of a home's landline, by the truth, that show one of the phones. */
function familiesWith(phones: readonly string[]): readonly string[] {
  const home = new Set(
    parseCsv(text("data/truth.csv.gz"))
      .filter(({ traps }) => traps?.includes("household_phone"))
      .map((row) => row["record_key"]),
  );
  expect(home.size).toBeGreaterThan(1000);
  const rows = [
    ...parseCsv(text("data/crm_contacts.csv.gz")).map((row) => [
      `crm_contacts:${row["contact_id"]}`,
      row["mobile"],
    ]),
    ...parseCsv(text("data/orders.csv.gz")).map((row) => [
      `orders:${row["store_code"]}|${row["order_no"]}`,
      row["phone"],
    ]),
  ];
  // Whatever the spelling, a number ends in its last eight digits.
  const end = (phone: string) => phone.replaceAll(/\D/g, "").slice(-8);
  const ends = new Set(phones.map(end));
  const showing = rows.filter(([, phone]) => ends.has(end(phone ?? "")));
  expect(showing.length).toBeGreaterThan(500);
  return showing.flatMap(([key]) => (key !== undefined && home.has(key) ? [key] : []));
}
