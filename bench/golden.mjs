// `node bench/golden.mjs`: how right golden records are, against the generator's truth and beside the naive rule; and what
// they cost as attributes are added. Asserts nothing; `--write-docs` puts the numbers into docs/benchmarks.md.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse, parseDocument } from "yaml";
import { ensureBuilt } from "./lib/build.mjs";
import { best, node } from "./lib/child.mjs";
import { ensureData } from "./lib/data.mjs";
import { writeBlock } from "./lib/docs.mjs";
import { describeMachine } from "./lib/machine.mjs";
import { SCRATCH } from "./lib/paths.mjs";
import { findPython } from "./lib/python.mjs";
import { makeProject } from "./lib/shop.mjs";

const { values } = parseArgs({
  options: {
    people: { type: "string", default: "100000" },
    threads: { type: "string", default: "2" },
    repeat: { type: "string", default: "1" },
    dist: { type: "string" },
    "write-docs": { type: "boolean", default: false },
  },
});

/** The rules that are held against the truth. */
const GOLDEN = parse(`
model_order: [crm_contacts, loyalty, orders, support_tickets, web_events]
attributes:
  first_name:
    survivorship: most_frequent
    then: [longest]
    where: first_name not in (upper(first_name), lower(first_name)) and first_name not like '%.'
  last_name:
    survivorship: most_frequent
    then: [most_recent]
    where: last_name not in (upper(last_name), lower(last_name))
  date_of_birth:
    survivorship: most_frequent
    where: date_of_birth not in ('1900-01-01', '1901-01-01', '1970-01-01', '2000-01-01')
  country: { survivorship: most_frequent, where: length(country) = 2 }
  email: { identifier: email, survivorship: most_frequent, then: [most_recent] }
  phone: { identifier: phone, survivorship: most_frequent, then: [most_recent] }
`);

/** Rules in the proportions of the shop of the benchmarks; column after column of its sources, under new names. */
const RULES = ["most_frequent", "most_recent", "source_priority", "most_recent", "most_recent"];
const WIDTHS = [5, 20, 60];

const python = findPython();
const dist = ensureBuilt(values.dist);
const people = Number(values.people);
const threads = Number(values.threads);
const data = ensureData(people, python);
const folder = join(SCRATCH, "golden");
mkdirSync(folder, { recursive: true });
try {
  const right = await node("golden-truth.mjs", { dist, project: project("truth", GOLDEN), data, threads });
  const costs = [];
  for (const width of WIDTHS) {
    const wide = project(`wide${width}`, widened(width), width);
    const cost = await best(Number(values.repeat), () => node("golden-cost.mjs", { dist, project: wide }));
    const plain = await best(Number(values.repeat), () =>
      node("golden-plain.mjs", { database: join(wide, "customer.duckdb"), threads, width }),
    );
    costs.push({ width, ...cost, plain: plain.cpuSeconds });
  }
  const markdown = [
    `### Golden records, ${people.toLocaleString("en")} people`,
    "",
    ...table(
      [
        "attribute",
        "rule",
        "identities with a value",
        "filled",
        "right, of filled",
        "right, of all",
        "naive rule",
      ],
      right.map(({ attribute, filled, golden, naiveFilled, naive }) => [
        attribute,
        ruleOf(GOLDEN.attributes[attribute]),
        naiveFilled.toLocaleString("en"),
        percent(filled / naiveFilled),
        percent(golden / filled),
        percent(golden / naiveFilled),
        percent(naive / naiveFilled),
      ]),
    ),
    "",
    ...table(
      [
        "attributes",
        "CPU s",
        "wall s",
        "CPU µs a record and attribute",
        "CPU against 5 attributes",
        "plain SQL: CPU s",
        "against 5 attributes",
        "rules against plain SQL",
      ],
      costs.map(({ width, cpuSeconds, wallSeconds, rows, plain }) => [
        width,
        cpuSeconds.toFixed(2),
        wallSeconds.toFixed(2),
        ((cpuSeconds * 1e6) / (rows * width)).toFixed(2),
        `${(cpuSeconds / costs[0].cpuSeconds).toFixed(1)} ×`,
        plain.toFixed(2),
        `${(plain / costs[0].plain).toFixed(1)} ×`,
        `${(cpuSeconds / plain).toFixed(1)} ×`,
      ]),
    ),
    "",
    describeMachine(python, { threads }),
  ].join("\n");
  console.log(markdown);
  if (values["write-docs"]) writeBlock(`golden records, ${people} people`, markdown);
} finally {
  rmSync(SCRATCH, { recursive: true, force: true });
}

/** The shop with another `golden_record`; `width` names attributes of its models after their columns and a number. */
function project(name, golden, width = 0) {
  const made = makeProject({ folder: join(folder, name), data, threads });
  const file = join(made, "identity.yml");
  const document = parseDocument(readFileSync(file, "utf8"));
  document.set("golden_record", golden);
  if (width > 0) {
    for (const { key } of document.get("models").items) {
      const given = document.getIn(["models", key.value, "attributes"])?.toJSON() ?? [];
      const columns = new Map(
        given.map((each) => (typeof each === "string" ? [each, each] : Object.entries(each)[0])),
      );
      const wide = columnsOf(width).filter(({ from }) => columns.has(from));
      if (wide.length > 0) {
        const named = wide.map(({ attribute, from }) => ({ [attribute]: columns.get(from) }));
        document.setIn(["models", key.value, "attributes"], named);
      }
    }
  }
  writeFileSync(file, String(document));
  return made;
}

function columnsOf(width) {
  const names = ["first_name", "last_name", "date_of_birth", "street", "city", "postcode", "country"];
  return Array.from({ length: width }, (_, index) => {
    const from = names[index % names.length];
    return { attribute: `${from}_${index + 1}`, from };
  });
}

function widened(width) {
  const attributes = columnsOf(width).map(({ attribute }, index) => [attribute, RULES[index % RULES.length]]);
  return { model_order: GOLDEN.model_order, attributes: Object.fromEntries(attributes) };
}

function ruleOf({ survivorship, then: further, where }) {
  const ties = further === undefined ? "" : `, then ${further.join(", ")}`;
  return `${survivorship}${ties}${where === undefined ? "" : `; \`where\` ${where}`}`;
}

function percent(share) {
  return `${(share * 100).toFixed(2)} %`;
}

function table(head, rows) {
  return [head, head.map((_, index) => (index === 0 ? "---" : "--:")), ...rows].map(
    (row) => `| ${row.join(" | ")} |`,
  );
}
