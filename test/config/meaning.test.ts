// Mistakes of meaning (3xx). Each case is a text and what a user reads.
import { describe, expect, test } from "vitest";
import { project, say } from "./say.ts";

describe("identifiers", () => {
  test("a priority used twice", () => {
    expect(
      say(
        project({
          models: `  crm: { file: a.csv, key: id, identifiers: { email: email, phone: phone } }`,
          identifiers: `  email: { priority: 1 }
  phone: { priority: 1 }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
    "identity.yml:9:22: error IDW301: priority 1 of \`phone\` is taken by \`email\`
      |
    8 |   email: { priority: 1 }
    9 |   phone: { priority: 1 }
      |                      ^
      = Each identifier needs a priority of its own; 2 comes next.
    "
  `);
  });
  test("a mapping of an identifier that is not declared", () => {
    expect(
      say(
        project({
          models: `  crm:
    file: a.csv
    key: id
    identifiers:
      emial: email`,
        }),
      ),
    ).toMatchInlineSnapshot(`
        "identity.yml:10:7: error IDW302: identifier \`emial\` is not declared
           |
         9 |     identifiers:
        10 |       emial: email
           |       ^^^^^
          = Did you mean \`email\`? Declared under \`identifiers\`: \`email\`.
        "
      `);
  });
  test("a declared identifier that nobody maps", () => {
    expect(
      say(
        project({
          identifiers: `  email: { priority: 1 }
  phone: { priority: 2 }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
    "identity.yml:9:3: warning IDW303: no model maps the identifier \`phone\`
      |
    8 |   email: { priority: 1 }
    9 |   phone: { priority: 2 }
      |   ^^^^^
      = Map it to a column under \`identifiers\` of a model, or remove it.
    "
  `);
  });
  test("reserved names", () => {
    expect(
      say(
        project({
          models: `  crm: { file: a.csv, key: id, identifiers: { must_link: a } }`,
          identifiers: `  must_link: { priority: 1 }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:8:3: error IDW304: \`must_link\` cannot name an identifier
        |
      7 | identifiers:
      8 |   must_link: { priority: 1 }
        |   ^^^^^^^^^
        = Reserved for decisions: \`must_link\`, \`cannot_link\`.
      "
    `);
  });
  test("names that differ in letter case", () => {
    expect(
      say(
        project({
          identifiers: `  email: { priority: 1 }
  Email: { priority: 2 }`,
          models: `  crm: { file: a.csv, key: id, identifiers: { email: a, Email: b } }
  CRM: { file: a.csv, key: id, identifiers: { email: a }, attributes: [city, City] }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
    "identity.yml:7:3: error IDW305: \`CRM\` and \`crm\` in \`models\` differ only in letter case
      |
    6 |   crm: { file: a.csv, key: id, identifiers: { email: a, Email: b } }
    7 |   CRM: { file: a.csv, key: id, identifiers: { email: a }, attributes: [city, City] }
      |   ^^^
      = SQL does not tell them apart: rename one.

    identity.yml:7:78: error IDW305: attributes \`city\` and \`City\` differ only in letter case
      |
    6 |   crm: { file: a.csv, key: id, identifiers: { email: a, Email: b } }
    7 |   CRM: { file: a.csv, key: id, identifiers: { email: a }, attributes: [city, City] }
      |                                                                              ^^^^
      = Name it once, or call one of them something else: \`{ name: column }\`.

    identity.yml:10:3: error IDW305: \`Email\` and \`email\` in \`identifiers\` differ only in letter case
       |
     9 |   email: { priority: 1 }
    10 |   Email: { priority: 2 }
       |   ^^^^^
      = SQL does not tell them apart: rename one.
    "
  `);
  });
});

describe("times", () => {
  test("no model has one", () => {
    expect(
      say(
        project({
          models: `  crm: { file: a.csv, key: id, identifiers: { email: email }, attributes: [city] }`,
          identifiers: `  email: { priority: 1, contested: last }`,
          more: `golden_record:
  attributes:
    city: most_recent`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:8:36: error IDW306: \`contested: last\` needs a time, and no model has \`observed_at\`
        |
      7 | identifiers:
      8 |   email: { priority: 1, contested: last }
        |                                    ^^^^
        = Name the column with the time of a record: \`observed_at: updated_at\`.

      identity.yml:11:11: error IDW306: \`most_recent\` needs a time, and no model has \`observed_at\`
         |
      10 |   attributes:
      11 |     city: most_recent
         |           ^^^^^^^^^^^
        = Name the column with the time of a record: \`observed_at: updated_at\`.
      "
    `);
  });
  test("some models have none", () => {
    expect(
      say(
        project({
          models: `  crm: { file: a.csv, key: id, observed_at: at, identifiers: { email: email } }
  orders: { file: b.csv, key: id, identifiers: { email: email }, attributes: [city] }
  web: { file: c.csv, key: id, identifiers: { email: email } }`,
          identifiers: `  email: { priority: 1, contested: last }`,
          more: `golden_record:
  attributes:
    city: { survivorship: most_recent }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:10:36: warning IDW307: \`contested: last\` goes by time, and \`orders\` and \`web\` have no \`observed_at\`
         |
       9 | identifiers:
      10 |   email: { priority: 1, contested: last }
         |                                    ^^^^
        = Records without a time lose against every other.

      identity.yml:13:27: warning IDW307: \`most_recent\` goes by time, and \`orders\` has no \`observed_at\`
         |
      12 |   attributes:
      13 |     city: { survivorship: most_recent }
         |                           ^^^^^^^^^^^
        = Records without a time lose against every other.
      "
    `);
  });
});

describe("golden records", () => {
  test("an attribute that no model has", () => {
    expect(
      say(
        project({
          more: `golden_record:
  attributes:
    cty: most_recent
    town: { survivorship: most_frequent, column: Citi }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:11:5: error IDW308: no model has the attribute \`cty\`
         |
      10 |   attributes:
      11 |     cty: most_recent
         |     ^^^
        = Did you mean \`city\`? Attributes of the models: \`city\`.

      identity.yml:12:50: error IDW308: no model has the attribute \`Citi\`
         |
      11 |     cty: most_recent
      12 |     town: { survivorship: most_frequent, column: Citi }
         |                                                  ^^^^
        = Did you mean \`city\`? Attributes of the models: \`city\`.
      "
    `);
  });
  test("an unknown model, and one ranked twice", () => {
    expect(
      say(
        project({
          more: `golden_record:
  model_order: [crm, cmr, crm]`,
        }),
      ),
    ).toMatchInlineSnapshot(`
    "identity.yml:10:22: error IDW310: unknown model \`cmr\`
       |
     9 | golden_record:
    10 |   model_order: [crm, cmr, crm]
       |                      ^^^
      = Did you mean \`crm\`? Models: \`crm\`.

    identity.yml:10:27: error IDW309: model \`crm\` is named twice
       |
     9 | golden_record:
    10 |   model_order: [crm, cmr, crm]
       |                           ^^^
      = Name it once.
    "
  `);
  });
  test("a reserved name", () => {
    expect(
      say(
        project({
          models: `  crm: { file: a.csv, key: id, observed_at: at, identifiers: { email: email }, attributes: [model] }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:93: error IDW304: \`model\` cannot name an attribute
        |
      5 | models:
      6 |   crm: { file: a.csv, key: id, observed_at: at, identifiers: { email: email }, attributes: [model] }
        |                                                                                             ^^^^^
        = Reserved: \`identity_id\`, \`updated_run\`, \`model\`, \`record_key\`, \`source_key\`, \`observed_at\`. Give it another name: \`{ my_model: model }\`.
      "
    `);
  });
});

describe("models", () => {
  test("columns named twice", () => {
    expect(
      say(
        project({
          models: `  crm: { file: a.csv, key: [id, id], identifiers: { email: [a, b, a] }, attributes: [city, { city: town }] }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:33: error IDW309: key column \`id\` is named twice
        |
      5 | models:
      6 |   crm: { file: a.csv, key: [id, id], identifiers: { email: [a, b, a] }, attributes: [city, { city: town }] }
        |                                 ^^
        = Name it once.

      identity.yml:6:67: error IDW309: column \`a\` is named twice
        |
      5 | models:
      6 |   crm: { file: a.csv, key: [id, id], identifiers: { email: [a, b, a] }, attributes: [city, { city: town }] }
        |                                                                   ^
        = Name it once.

      identity.yml:6:94: error IDW309: attribute \`city\` is named twice
        |
      5 | models:
      6 |   crm: { file: a.csv, key: [id, id], identifiers: { email: [a, b, a] }, attributes: [city, { city: town }] }
        |                                                                                              ^^^^
        = Name it once, or call one of them something else: \`{ name: column }\`.
      "
    `);
  });
  test("a reject rule that is no expression", () => {
    expect(
      say(
        project({
          models: `  crm:
    file: a.csv
    key: id
    identifiers: { email: email }
    reject:
      - { when: 'a = 1; drop table x', reason: a }
      - { when: (a = 1, reason: b }
      - { when: 'a = ''x', reason: c }
      - when: >
          a = 1 -- always
        reason: d`,
        }),
      ),
    ).toMatchInlineSnapshot(`
          "identity.yml:11:23: error IDW313: in \`when\`: \`;\` ends a statement
             |
          10 |     reject:
          11 |       - { when: 'a = 1; drop table x', reason: a }
             |                       ^
            = Write one expression only.

          identity.yml:12:17: error IDW313: in \`when\`: \`(\` is never closed
             |
          11 |       - { when: 'a = 1; drop table x', reason: a }
          12 |       - { when: (a = 1, reason: b }
             |                 ^

          identity.yml:13:22: error IDW313: in \`when\`: this quote is never closed
             |
          12 |       - { when: (a = 1, reason: b }
          13 |       - { when: 'a = ''x', reason: c }
             |                      ^^
            = Write a quote inside a text twice: 'it''s'.

          identity.yml:14:15: error IDW313: in \`when\`: \`--\` starts a comment on some warehouses
             |
          13 |       - { when: 'a = ''x', reason: c }
          14 |       - when: >
             |               ^
            = Put comments into YAML, after \`#\` outside the quotes.
          "
        `);
  });
});

describe("targets", () => {
  test("a database under target/", () => {
    expect(
      say(project({ targets: `  dev: { type: duckdb, path: ./target/../target/x.duckdb }` })),
    ).toMatchInlineSnapshot(`
      "identity.yml:4:30: warning IDW311: the database \`./target/../target/x.duckdb\` lies under target/, the folder for compiled files that people delete
        |
      3 | targets:
      4 |   dev: { type: duckdb, path: ./target/../target/x.duckdb }
        |                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^
        = Move it out, for example beside identity.yml.
      "
    `);
  });
});

describe("patterns", () => {
  test("at their column, plain, quoted and folded", () => {
    expect(
      say(
        project({
          identifiers: `  email:
    priority: 1
    valid: a+?
    ignore:
      - { pattern: '''(?i)x' }
      - { pattern: "a\\\\b" }
      - pattern: >-
          ^a`,
        }),
      ),
    ).toMatchInlineSnapshot(`
            "identity.yml:10:14: error IDW312: in the pattern: lazy repetition is not part of the subset
               |
             9 |     priority: 1
            10 |     valid: a+?
               |              ^
              = Leave out the \`?\`.

            identity.yml:12:23: error IDW312: in the pattern: a group with a flag or a name is not part of the subset
               |
            11 |     ignore:
            12 |       - { pattern: '''(?i)x' }
               |                       ^^^^
              = Groups are written \`( )\`, nothing is captured.

            identity.yml:13:20: error IDW312: in the pattern: \`\\b\` is not part of the subset
               |
            12 |       - { pattern: '''(?i)x' }
            13 |       - { pattern: "a\\\\b" }
               |                    ^^^^^^
              = Allowed: literals, \`.\`, classes, \`\\d\` \`\\w\` \`\\s\`, groups, \`|\`, \`*\` \`+\` \`?\` \`{m,n}\`; any other sign after \`\\\`.

            identity.yml:14:18: error IDW312: in the pattern: \`^\` is not part of the subset
               |
            13 |       - { pattern: "a\\\\b" }
            14 |       - pattern: >-
               |                  ^^
              = A pattern always covers the whole value: leave it out, or write \`\\^\` for the sign itself.
            "
          `);
  });
});

describe("shape and meaning together", () => {
  test("in source order", () => {
    expect(
      say(
        project({
          identifiers: `  email: { priority: 1, limit: none }
  phone: { priority: 1, valid: '^x' }`,
          models: `  crm: { file: a.csv, key: id, identifiers: { email: a, phon: b } }`,
          more: `golden: {}`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:57: error IDW302: identifier \`phon\` is not declared
        |
      5 | models:
      6 |   crm: { file: a.csv, key: id, identifiers: { email: a, phon: b } }
        |                                                         ^^^^
        = Did you mean \`phone\`? Declared under \`identifiers\`: \`email\`, \`phone\`.

      identity.yml:8:32: error IDW203: \`identifiers.email.limit\` must be a whole number, not the text \`none\`
        |
      7 | identifiers:
      8 |   email: { priority: 1, limit: none }
        |                                ^^^^
        = The most distinct values of it that one identity may hold; no limit unless given. Example: \`1\`.

      identity.yml:9:22: error IDW301: priority 1 of \`phone\` is taken by \`email\`
        |
      8 |   email: { priority: 1, limit: none }
      9 |   phone: { priority: 1, valid: '^x' }
        |                      ^
        = Each identifier needs a priority of its own; 2 comes next.

      identity.yml:9:33: error IDW312: in the pattern: \`^\` is not part of the subset
        |
      8 |   email: { priority: 1, limit: none }
      9 |   phone: { priority: 1, valid: '^x' }
        |                                 ^
        = A pattern always covers the whole value: leave it out, or write \`\\^\` for the sign itself.

      identity.yml:10:1: error IDW201: unknown key \`golden\`
         |
       9 |   phone: { priority: 1, valid: '^x' }
      10 | golden: {}
         | ^^^^^^
        = Did you mean \`golden_record\`? Allowed: \`version\`, \`entity\`, \`prefix\`, \`default_country\`, \`targets\`, \`models\`, \`identifiers\`, \`decisions\`, \`dbt\`, \`forget\`, \`golden_record\`, \`confidence\`, \`alerts\`, \`runs\`, \`import\`, \`vars\`.
      "
    `);
  });
  test("an alias that brings the same mistake twice says it once", () => {
    expect(
      say(
        project({
          models: `  crm: &crm { file: a.csv, key: id, identifiers: { mail: a } }
  two: *crm`,
        }),
      ),
    ).toMatchInlineSnapshot(`
    "identity.yml:6:52: error IDW302: identifier \`mail\` is not declared
      |
    5 | models:
    6 |   crm: &crm { file: a.csv, key: id, identifiers: { mail: a } }
      |                                                    ^^^^
      = Did you mean \`email\`? Declared under \`identifiers\`: \`email\`.
    "
  `);
  });
});

describe("confidence and alerts", () => {
  test("weights that are all zero, and attributes that no model has or that are named twice", () => {
    expect(
      say(
        project({
          more: `confidence:
  weights: { corroboration: 0, agreement: 0, breadth: 0, pressure: 0 }
  attributes: [city, citi, city]`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:10:3: error IDW320: all weights of \`confidence\` are 0
         |
       9 | confidence:
      10 |   weights: { corroboration: 0, agreement: 0, breadth: 0, pressure: 0 }
         |   ^^^^^^^
        = Raise one of them.

      identity.yml:11:22: error IDW308: no model has the attribute \`citi\`
         |
      10 |   weights: { corroboration: 0, agreement: 0, breadth: 0, pressure: 0 }
      11 |   attributes: [city, citi, city]
         |                      ^^^^
        = Did you mean \`city\`? Attributes of the models: \`city\`.

      identity.yml:11:28: error IDW309: attribute \`city\` is named twice
         |
      10 |   weights: { corroboration: 0, agreement: 0, breadth: 0, pressure: 0 }
      11 |   attributes: [city, citi, city]
         |                            ^^^^
        = Name it once.
      "
    `);
  });
  test("a weight below zero, one that is a text, and an unknown part", () => {
    expect(
      say(project({ more: `confidence: { weights: { agreement: -1, breadth: "1", presure: 2 } }` })),
    ).toMatchInlineSnapshot(`
      "identity.yml:9:37: error IDW207: \`confidence.weights.agreement\` must be 0 or more, not -1
        |
      8 |   email: { priority: 1, limit: 3 }
      9 | confidence: { weights: { agreement: -1, breadth: "1", presure: 2 } }
        |                                     ^^

      identity.yml:9:50: error IDW203: \`confidence.weights.breadth\` must be a number, not the text \`"1"\`
        |
      8 |   email: { priority: 1, limit: 3 }
      9 | confidence: { weights: { agreement: -1, breadth: "1", presure: 2 } }
        |                                                  ^^^
        = The weight of how many of its models one value spans; 1 unless given. Example: \`1\`.

      identity.yml:9:55: error IDW201: unknown key \`presure\` in \`confidence.weights\`
        |
      8 |   email: { priority: 1, limit: 3 }
      9 | confidence: { weights: { agreement: -1, breadth: "1", presure: 2 } }
        |                                                       ^^^^^^^
        = Did you mean \`pressure\`? Allowed: \`corroboration\`, \`agreement\`, \`breadth\`, \`pressure\`.
      "
    `);
  });
  test("an unknown metric, an unknown dimension, no condition", () => {
    expect(
      say(
        project({
          more: `alerts:
  - { metric: match_rat, below: 1 }
  - { below: 1 }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:10:15: error IDW205: \`alerts[0].metric\` cannot be \`match_rat\`
         |
       9 | alerts:
      10 |   - { metric: match_rat, below: 1 }
         |               ^^^^^^^^^
        = Did you mean \`match_rate\`? Allowed: \`records\`, \`identities\`, \`match_rate\`, \`merge_rate\`, \`orphaned_records\`, \`largest_identity\`, \`identity_size\`, \`identifier_coverage\`, \`identifier_values\`, \`over_limit_values\`, \`contested_values\`, \`shared_values\`, \`ignored_values\`, \`refused_merges\`, \`record_reject_rate\`, \`value_reject_rate\`, \`decisions\`, \`decisions_in_force\`, \`mean_confidence\`, \`low_confidence_rate\` and 4 more.

      identity.yml:11:5: error IDW204: \`alerts[1]\` has no \`metric\`
         |
      10 |   - { metric: match_rat, below: 1 }
      11 |   - { below: 1 }
         |     ^^^^^^^^^^^^
        = The name of a metric; docs/metrics.md lists them. Example: \`largest_identity\`.
      "
    `);
    expect(
      say(
        project({
          more: `alerts:
  - { metric: match_rate, dimension: crn, below: 1 }
  - { metric: identifier_coverage, dimension: email/crmm, below: 1 }
  - { metric: largest_identity, dimension: crm, above: 1 }
  - { metric: largest_identity, on: warn }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:10:38: error IDW321: \`match_rate\` has no dimension \`crn\`
         |
       9 | alerts:
      10 |   - { metric: match_rate, dimension: crn, below: 1 }
         |                                      ^^^
        = Did you mean \`crm\`? Dimensions of \`match_rate\`: \`crm\`.

      identity.yml:11:47: error IDW321: \`identifier_coverage\` has no dimension \`email/crmm\`
         |
      10 |   - { metric: match_rate, dimension: crn, below: 1 }
      11 |   - { metric: identifier_coverage, dimension: email/crmm, below: 1 }
         |                                               ^^^^^^^^^^
        = Did you mean \`email/crm\`? Dimensions of \`identifier_coverage\`: \`email\`, \`email/crm\`.

      identity.yml:12:44: error IDW321: \`largest_identity\` has no dimension \`crm\`
         |
      11 |   - { metric: identifier_coverage, dimension: email/crmm, below: 1 }
      12 |   - { metric: largest_identity, dimension: crm, above: 1 }
         |                                            ^^^
        = It is one number for the whole run: leave \`dimension\` out.

      identity.yml:13:5: error IDW204: the alarm on \`largest_identity\` has no condition
         |
      12 |   - { metric: largest_identity, dimension: crm, above: 1 }
      13 |   - { metric: largest_identity, on: warn }
         |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        = Add \`above\`, \`below\`, \`rises_by\` or \`falls_by\`.
      "
    `);
  });
  test("a change that is neither a number nor per cent", () => {
    expect(
      say(
        project({
          more: `alerts:
  - { metric: match_rate, falls_by: "0.2", on: stop }
  - { metric: match_rate, falls_by: 20 %, above: 50% }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:10:37: error IDW209: \`alerts[0].falls_by\` cannot be \`0.2\`
         |
       9 | alerts:
      10 |   - { metric: match_rate, falls_by: "0.2", on: stop }
         |                                     ^^^^^
        = Expected per cent such as \`20%\`, or a number without quotes.

      identity.yml:10:48: error IDW205: \`alerts[0].on\` must be \`warn\` or \`fail\`, not \`stop\`
         |
       9 | alerts:
      10 |   - { metric: match_rate, falls_by: "0.2", on: stop }
         |                                                ^^^^

      identity.yml:11:37: error IDW209: \`alerts[1].falls_by\` cannot be \`20 %\`
         |
      10 |   - { metric: match_rate, falls_by: "0.2", on: stop }
      11 |   - { metric: match_rate, falls_by: 20 %, above: 50% }
         |                                     ^^^^
        = Expected per cent such as \`20%\`, or a number without quotes.

      identity.yml:11:50: error IDW203: \`alerts[1].above\` must be a number, not the text \`50%\`
         |
      10 |   - { metric: match_rate, falls_by: "0.2", on: stop }
      11 |   - { metric: match_rate, falls_by: 20 %, above: 50% }
         |                                                  ^^^
        = Fires when the metric is greater than this. Example: \`1000\`.
      "
    `);
  });
});
