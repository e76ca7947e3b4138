// Projects against the columns that the connectors of HubSpot, Salesforce and Shopify land in a warehouse.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Folder } from "../engine/run-project.ts";
import { absent, copyOf, dataFolder } from "./project.ts";

const data = dataFolder("connectors");
if (data === undefined) console.warn(absent("connectors"));

let folder: Folder | undefined;
afterEach(() => folder?.remove());

/** A copy of a project with the connectors' files beside it. */
function projectWithData(name: string): Folder {
  const made = copyOf(name);
  const files = readdirSync(data ?? "").map((file): [string, Uint8Array] => [
    `data/${file}`,
    readFileSync(join(data ?? "", file)),
  ]);
  made.write(Object.fromEntries(files));
  folder = made;
  return made;
}

/** The record keys of each identity of several records, sorted. */
async function groups(made: Folder, database: string): Promise<readonly string[]> {
  const rows = await made.query(
    `select string_agg(record_key, ' ' order by record_key) as records
     from identity.identity_records group by identity_id having count(*) > 1 order by records`,
    database,
  );
  return rows.map((row) => String(row["records"]));
}

describe.skipIf(data === undefined)("connectors", () => {
  test("HubSpot: the ids that a contact swallowed are one person with it", async () => {
    const hubspot = projectWithData("hubspot");
    const { records, warnings } = await hubspot.run();
    expect(records).toBe(26);
    expect(warnings.map(({ code }) => code)).toEqual([]);
    expect(await groups(hubspot, "contact.duckdb")).toEqual([
      "contacts:46897301 contacts:76226001 contacts:76340251 contacts:78971951",
    ]);
    expect(
      await hubspot.query(
        `select count(*)::int as emails, max(g.company) as company from identity.identity_values as v
         join identity.golden_records as g using (identity_id)
         join identity.identity_records as r using (identity_id)
         where r.record_key = 'contacts:78971951' and v.identifier = 'email' and v.status = 'active'`,
        "contact.duckdb",
      ),
    ).toEqual([{ emails: 8, company: "SampleCompany" }]);
    expect(
      await hubspot.query(
        "select record_key, raw_value, reason from identity.rejected_values",
        "contact.duckdb",
      ),
    ).toHaveLength(21);
    // The audit's contacts are gone from HubSpot; should they come back, each pair is one person.
    expect(
      await hubspot.query(
        "select string_agg(value, ' ' order by value) as ids from identity.record_values where record_key = 'merges:5555|11111'",
        "contact.duckdb",
      ),
    ).toEqual([{ ids: "11111 5555" }]);
  });

  test("Salesforce: a converted lead and its contact are one person", async () => {
    const salesforce = projectWithData("salesforce");
    await salesforce.run();
    expect(await groups(salesforce, "person.duckdb")).toEqual([]);
    // The sample lacks the contact that its one lead became: it comes in a file of its own, with fewer columns.
    salesforce.write({
      "data/sf_contact_late.csv":
        "id,name,last_modified_date,is_deleted\n0031G00001QtDPlQAN,H Croc,2024-01-01 00:00:00,FALSE\n003gone,Gone,,TRUE\n",
    });
    const { rejectedRecords } = await salesforce.run();
    expect(await groups(salesforce, "person.duckdb")).toEqual([
      "contacts:0031G00001QtDPlQAN leads:00Q1G00000nDnM5UAK",
    ]);
    expect(rejectedRecords).toEqual([{ model: "contacts", reason: "deleted", rows: 1 }]);
    // Two contacts carry this number, which nobody can have: it joins none.
    expect(
      await salesforce.query(
        "select distinct reason, raw_value from identity.rejected_values where identifier = 'phone'",
        "person.duckdb",
      ),
    ).toEqual([{ reason: "empty", raw_value: "(555) 555-5555" }]);
    expect(
      await salesforce.query(
        `select g.full_name from identity.golden_records as g join identity.identity_records as r using (identity_id)
         where r.record_key = 'leads:00Q1G00000nDnM5UAK'`,
        "person.duckdb",
      ),
    ).toEqual([{ full_name: "H Croc" }]);
  });

  test("Shopify: orders meet their customers by id and by email", async () => {
    const shopify = projectWithData("shopify");
    const { records, identities } = await shopify.run();
    expect({ records, identities }).toEqual({ records: 12, identities: 3 });
    expect(await groups(shopify, "shopper.duckdb")).toEqual([
      "customers:3584045351009 customers:3584045351010 orders:1000001 orders:1000002 orders:1000003 orders:1000004 orders:1000005 orders:2669509541985 orders:2669516488801",
      "customers:3589760876641 orders:2674098602081",
    ]);
  });
});
