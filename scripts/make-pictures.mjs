// Draws docs/pictures/*.svg: small sets of records, resolved by the engine itself, for docs/limits.md. What a picture shows is
// read from the relations of a run; nothing in it is drawn by hand.
//
//   npm run build && node scripts/make-pictures.mjs            # --check: fails if a picture is not what the engine does now
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { stringify } from "yaml";
import { run } from "../dist/index.js";

const pictures = fileURLToPath(new URL("../docs/pictures", import.meta.url));

/** Records in the order in which they were observed, a day each; what a record lacks it does not carry. */
const visits = [
  { id: "ana", user: "ana", device: "tablet" },
  { id: "visit", device: "tablet" },
  { id: "ben", user: "ben", device: "tablet" },
];
const account = { user: { priority: 1, limit: 1 } };
const sharedTablet = (contested) => ({
  records: visits,
  identifiers: { ...account, device: { priority: 2, contested } },
});
const mailboxes = [
  { id: "order 1", user: "ana", email: "ana@home" },
  { id: "order 2", user: "ana", email: "ana@work" },
  { id: "order 3", user: "ana", email: "info@work" },
  { id: "ticket", email: "info@work" },
];
const bridge = [
  { id: "cat", email: "cat@mail", phone: "555-01" },
  { id: "dan", email: "dan@mail", phone: "555-02" },
  { id: "order", email: "cat@mail", phone: "555-02" },
];
const two = [
  { id: "ana", user: "ana", email: "a@mail" },
  { id: "anna", user: "anna", email: "b@mail" },
  { id: "order", email: "b@mail" },
];
const till = ["w", "x", "y", "z"].map((id) => ({ id, email: `${id}@mail`, phone: "555-99" }));

const CASES = {
  "contested-nobody": sharedTablet("nobody"),
  "contested-first": sharedTablet("first"),
  "contested-last": sharedTablet("last"),
  "limit-3": { records: mailboxes, identifiers: { ...account, email: { priority: 2, limit: 3 } } },
  "limit-2": { records: mailboxes, identifiers: { ...account, email: { priority: 2, limit: 2 } } },
  "email-before-phone": {
    records: bridge,
    identifiers: {
      email: { priority: 1, limit: 1, contested: "first" },
      phone: { priority: 2, limit: 1, contested: "first" },
    },
  },
  "phone-before-email": {
    records: bridge,
    identifiers: {
      phone: { priority: 1, limit: 1, contested: "first" },
      email: { priority: 2, limit: 1, contested: "first" },
    },
  },
  "max-records-100": {
    records: till,
    identifiers: { email: { priority: 1 }, phone: { priority: 2, max_records: 100 } },
  },
  "max-records-3": {
    records: till,
    identifiers: { email: { priority: 1 }, phone: { priority: 2, max_records: 3 } },
  },
  "must-link": {
    records: two,
    identifiers: { ...account, email: { priority: 2, limit: 1 } },
    decisions: [["must_link", "ana", "anna"]],
  },
  "cannot-link": {
    records: two,
    identifiers: { ...account, email: { priority: 2, limit: 1 } },
    decisions: [["cannot_link", "anna", "order"]],
  },
};

let stale = 0;
for (const [name, given] of Object.entries(CASES)) {
  const text = drawn(name, given, await resolved(given));
  const file = join(pictures, `${name}.svg`);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    stale += 1;
    console.error(
      `docs/pictures/${name}.svg is not what the engine does now: node scripts/make-pictures.mjs`,
    );
  }
}
process.exitCode = stale === 0 ? 0 : 3;

/** The label of each record's identity, and the status of each of its values, in a project of its own. */
async function resolved({ records, identifiers, decisions = [] }) {
  const folder = mkdtempSync(join(tmpdir(), "idweave-picture-"));
  try {
    const names = Object.keys(identifiers);
    const rows = records.map((record, day) => [
      record.id,
      `2026-01-0${day + 1}`,
      ...names.map((name) => record[name] ?? ""),
    ]);
    writeFileSync(join(folder, "r.csv"), csv([["id", "at", ...names], ...rows]));
    writeFileSync(
      join(folder, "decisions.csv"),
      csv([
        ["id", "decision", "a", "b"],
        ...decisions.map(([decision, a, b], index) => [`d-${index + 1}`, decision, `r:${a}`, `r:${b}`]),
      ]),
    );
    const model = {
      file: "r.csv",
      key: "id",
      observed_at: "at",
      identifiers: Object.fromEntries(names.map((name) => [name, name])),
    };
    const project = {
      version: 1,
      entity: "person",
      targets: { here: { type: "duckdb", path: "r.duckdb" } },
      models: { r: model },
      identifiers,
      decisions: "decisions.csv",
    };
    writeFileSync(join(folder, "identity.yml"), stringify(project));
    await run({ project: folder });
    const instance = await DuckDBInstance.create(join(folder, "r.duckdb"), { access_mode: "READ_ONLY" });
    const connection = await instance.connect();
    const read = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
    const identities = await read("select record_key, identity_id from identity.identity_records");
    const values = await read("select record_key, identifier, value, status from identity.record_values");
    connection.closeSync();
    instance.closeSync();
    return { identities, values };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function csv(rows) {
  return `${rows.map((row) => row.join(",")).join("\n")}\n`;
}

/** Records on the left, in a colour for each identity; values on the right; a line for each value that a record carries. */
function drawn(name, { records, decisions = [] }, { identities, values }) {
  const colours = ["#2b6cb0", "#b7791f", "#2f855a", "#805ad5"];
  const lines = { active: "", contested: "4 3", over_limit: "1 4", shared: "1 4" };
  const idOf = new Map(identities.map((row) => [row.record_key.slice(2), row.identity_id]));
  const ids = [...new Set(records.map(({ id }) => idOf.get(id)))];
  const colourOf = (id) => colours[ids.indexOf(idOf.get(id))];
  const carriers = (text) =>
    values
      .filter(({ identifier, value }) => `${identifier} ${value}` === text)
      .map(({ record_key }) => records.findIndex(({ id }) => id === record_key.slice(2)));
  const middle = (text) => carriers(text).reduce((sum, index) => sum + index, 0) / carriers(text).length;
  // Values stand near the records that carry them, so that lines cross little.
  const texts = [...new Set(values.map(({ identifier, value }) => `${identifier} ${value}`))].sort(
    (a, b) => middle(a) - middle(b) || (a < b ? -1 : 1),
  );
  const height = 20 + 40 * Math.max(records.length, texts.length);
  const y = (index, count) => height / 2 + (index - (count - 1) / 2) * 40;
  const recordAt = new Map(records.map(({ id }, index) => [id, y(index, records.length)]));
  const valueAt = new Map(texts.map((text, index) => [text, y(index, texts.length)]));
  const ties = values
    .map((row) => ({ ...row, id: row.record_key.slice(2), text: `${row.identifier} ${row.value}` }))
    .sort((a, b) => recordAt.get(a.id) - recordAt.get(b.id) || valueAt.get(a.text) - valueAt.get(b.text));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="${height}" font-family="sans-serif" font-size="13">`,
    `  <title>${name.replaceAll("-", " ")}</title>`,
    `  <rect width="480" height="${height}" fill="#ffffff"/>`,
    ...ties.flatMap(({ id, text, status }) => {
      const [from, to] = [recordAt.get(id), valueAt.get(text)];
      const colour = status === "active" ? colourOf(id) : "#c53030";
      const line = `  <line x1="180" y1="${from}" x2="320" y2="${to}" stroke="${colour}" stroke-width="2" stroke-dasharray="${lines[status]}"/>`;
      if (status === "active") return [line];
      const at = `x="${180 + 140 * 0.35}" y="${from + (to - from) * 0.35 - 5}"`;
      return [
        line,
        `  <text ${at} text-anchor="middle" font-size="11" fill="#c53030">${status.replace("_", " ")}</text>`,
      ];
    }),
    ...decisions.map(([decision, a, b]) => {
      const half = (recordAt.get(b) - recordAt.get(a)) / 2;
      return `  <path d="M 80 ${recordAt.get(a)} q -20 ${half} 0 ${2 * half}" fill="none" stroke="#1a202c" stroke-width="2"/>
  <text x="66" y="${recordAt.get(a) + half + 4}" text-anchor="end" font-size="11">${decision.replace("_", "-")}</text>`;
    }),
    ...records.map(
      ({
        id,
      }) => `  <rect x="80" y="${recordAt.get(id) - 13}" width="100" height="26" rx="13" fill="${colourOf(id)}"/>
  <text x="130" y="${recordAt.get(id) + 5}" text-anchor="middle" fill="#ffffff">${id}</text>`,
    ),
    ...texts.map(
      (
        text,
      ) => `  <rect x="320" y="${valueAt.get(text) - 13}" width="140" height="26" fill="#edf2f7" stroke="#a0aec0"/>
  <text x="390" y="${valueAt.get(text) + 5}" text-anchor="middle">${text}</text>`,
    ),
    "</svg>",
  ].join("\n")}\n`;
}
