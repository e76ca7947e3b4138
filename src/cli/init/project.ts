// The project that `idweave init` writes: every file of it, by its path. The data are in data.ts, the prose in prose.ts.
import { CONTACTS, DECISIONS, ORDERS } from "./data.ts";
import { gitignore, readme } from "./prose.ts";

export type Answers = {
  /** What one identity is; a name. */
  readonly entity: string;
  /** The folder of the data, relative to the project, with `/`. */
  readonly data: string;
};

export const DEFAULTS: Answers = { entity: "customer", data: "data" };

export type ProjectFile = { readonly path: string; readonly text: string };

/** `schema` is the path of the JSON Schema as identity.yml names it. */
export function projectFiles(answers: Answers, schema: string): readonly ProjectFile[] {
  return [
    { path: "identity.yml", text: identityYml(answers, schema) },
    { path: "models/orders.sql", text: ORDERS_SQL },
    { path: `${answers.data}/contacts.csv`, text: CONTACTS },
    { path: `${answers.data}/orders.csv`, text: ORDERS },
    { path: "decisions.csv", text: DECISIONS },
    { path: `test/${answers.entity}.yml`, text: testsYml(schema) },
    { path: ".gitignore", text: gitignore },
    { path: "README.md", text: readme(answers) },
  ];
}

// Tests find their schema beside that of identity.yml.
function testsYml(schema: string): string {
  return `# yaml-language-server: $schema=${schema.replace(/^\.\//, "../").replace("identity.schema", "tests.schema")}
#
# What identity.yml must make of records: \`idweave test\`. A record is its model with a name, then its columns.
defaults:
  contacts: { country: US }

tests:
  an order joins its account by the address:
    records:
      - { contacts: anna, user_id: u1, email: anna.bell@gmail.com, first_name: Anna }
      - { orders: order, email: Anna.Bell+shop@gmail.com }
    together: [anna, order]
    golden: { order: { first_name: Anna } }

  a family that shares a phone stays two people:
    records:
      - { contacts: ma, user_id: u1, phone: (212) 555-0101 }
      - { contacts: pa, user_id: u2, phone: 212-555-0101 }
      - { orders: order, phone: "+12125550101" }
    partition: [[ma, order], [pa]] # the phone stays with who had it first

  a placeholder joins nobody:
    records:
      - { orders: one, email: test@test.com }
      - { orders: other, email: test@test.com }
    apart: [one, other]

  an order without a contact is no record:
    records:
      - { orders: nobody }
      - { orders: order, user_id: u1 }
    rejected: { nobody: no_contact_point }
    partition: [[order]]

  a cannot-link gives both sides their ids back:
    days:
      - records:
          - { contacts: anna, user_id: u1, phone: 212-555-0123 }
          - { contacts: bea }
        apart: [anna, bea]
      - records:
          - { contacts: bea, phone: 212-555-0123 }
        together: [anna, bea]
      - decisions:
          - { decision: cannot_link, a: anna, b: bea }
        apart: [anna, bea]
        ids: { anna: anna@1, bea: bea@1 }
`;
}

const ORDERS_SQL = `-- One row is one order. A model is a SELECT with Jinja, as in a dbt project.
select
  order_no,
  user_id,
  email,
  phone,
  amount,
  ordered_at
from read_csv('{{ var("data") }}/orders.csv', all_varchar = true)
`;

function identityYml({ entity, data }: Answers, schema: string): string {
  return `# yaml-language-server: $schema=${schema}
version: 1
entity: ${entity}
default_country: US                    # for phone numbers that come without a country

targets:
  dev: { type: duckdb, path: ${entity}.duckdb, schema: identity }

vars:
  data: ${JSON.stringify(data)}

# What goes in: one model a source, a file or a SELECT.
models:
  contacts:
    file: ${JSON.stringify(`${data}/contacts.csv`)}
    key: contact_id
    observed_at: updated_at
    identifiers:                       # left: the identifier; right: the column that carries it here
      user_id: user_id
      email: email
      phone: { column: phone, country: country }
    attributes: [first_name, last_name, city]

  orders:
    sql: models/orders.sql
    key: order_no
    observed_at: ordered_at
    identifiers:
      user_id: user_id
      email: email
      phone: phone
    reject:
      - { when: "coalesce(user_id, email, phone) is null", reason: no_contact_point }

# What identifies one ${entity}. The stronger identifier (1 is strongest) decides first.
identifiers:
  user_id:
    priority: 1
    limit: 1                           # one account each
    contested: first                   # a value that would break a limit stays with who had it first
  email:
    priority: 2
    limit: 3                           # private, work, an old one
    contested: first
    normalize: [email_canonical]       # Anna.Bell+shop@gmail.com is annabell@gmail.com
    ignore: [test@test.com, { pattern: 'no-?reply@.*' }]
  phone:
    priority: 3
    limit: 2
    contested: first                   # a family that shares a phone stays several people
    normalize: [phone]                 # (212) 555-0123 and +1 212 555 0123 are +12125550123
    max_records: 100                   # a phone on more records than that links nobody

# What people decided: must_link, cannot_link, ignore_value.
decisions: decisions.csv

# What comes out: one golden record per ${entity}.
golden_record:
  model_order: [contacts, orders]
  attributes:
    first_name: most_frequent
    last_name: most_recent
    city: source_priority
`;
}
