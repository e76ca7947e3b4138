// How a DuckDB file stores what is published, by the version of the file: docs/decisions/0003.
import { afterEach, expect, test } from "vitest";
import { project } from "../config/say.ts";
import { type Folder, folderOf } from "./run-project.ts";

let folder: Folder | undefined;
afterEach(() => {
  folder?.remove();
  folder = undefined;
});

const YML = project({
  models: "  crm: { file: crm.csv, key: id, identifiers: { email: email }, attributes: [name] }",
});

// More rows than a vector has, or DuckDB does not compress.
const people = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${from + i},p${from + i}@acme.org,Ann ${from + i}`);

const csv = (...lines: readonly string[]) => ["id,email,name", ...lines, ""].join("\n");

// Nothing of these versions is ever raised to a later one: whoever reads the file may be old.
test.each([
  { version: "v1.0.0", dictionary: "Dictionary" },
  { version: "latest", dictionary: "DICT_FSST" },
])("a file of version $version holds names in a dictionary and other texts as they are", async (file) => {
  folder = folderOf({ "identity.yml": YML, "crm.csv": csv(...people(0, 5000)) });
  await folder.query(
    `attach '${folder.path}/customer.duckdb' as f (storage_version '${file.version}')`,
    "one",
  );
  await folder.run();
  folder.write({ "crm.csv": csv(...people(0, 5001), "again,p7@acme.org,Ann Again") });
  const { records } = await folder.run();
  expect(records).toBe(5002);
  const [counts] = await folder.query(
    "select count(*) as identities, max(records) as largest from identity.identities where status = 'active'",
  );
  expect(counts).toEqual({ identities: 5001, largest: 2 });
  const stored = await folder.query(`
    select distinct column_name, compression
    from pragma_storage_info('identity.record_values')
    where segment_type = 'VARCHAR' and row_group_id = 0 and segment_id = 0 and compression <> 'Constant'
    order by all
  `);
  expect(stored).toEqual([
    { column_name: "identifier", compression: file.dictionary },
    { column_name: "record_key", compression: "Uncompressed" },
    { column_name: "status", compression: file.dictionary },
    { column_name: "value", compression: "Uncompressed" },
  ]);
});
