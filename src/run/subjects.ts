// What a user asks about, found in what is published: a record by its key, an identity by any id it ever had, or who carries
// a value. One query for all that is asked.

import type { Identifier } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { listOf, quote } from "../diagnostics/text.ts";
import type { Subject } from "../explain/explanation.ts";
import { lit, print, sql } from "../sql/fragment.ts";
import type { LoadedProject } from "./load.ts";
import { unknown, unknownRecord } from "./named.ts";
import { isLocal, type Reader } from "./published.ts";
import { readTogether, type TextRow } from "./reading.ts";

/** A subject with its plain component. A retired identity has neither record nor component: both are empty. */
export type Located = Subject & { readonly component: string };

type Asked = {
  readonly name: string;
  /** Where the name reads `identifier=value` of an identifier of the project: with the value as it was written. */
  readonly carried: { readonly identifier: Identifier; readonly raw: string } | undefined;
};

/** In the order asked. Throws IDW616 for what nothing is, and IDW624 for a bare key of several records. */
export async function subjectsOf(
  names: readonly string[],
  loaded: LoadedProject,
  published: Reader,
): Promise<readonly Located[]> {
  const asked = names.map((name): Asked => ({ name, carried: carriedOf(name, loaded) }));
  const { table } = published;
  const text = (value: string) => print(lit(value), loaded.context.dialect.lexical);
  const records = `${table("identity_records")} as r`;
  const place = ["r.identity_id", "r.record_key", "r.component"];
  const values = asked.flatMap(({ carried }, index) =>
    carried === undefined
      ? []
      : [
          { part: `meant ${index}`, columns: ["x.value"], from: `meant_${index} as x` },
          {
            part: `value ${index}`,
            columns: [...place, "v.status", "v.records"],
            // Of each identity that carries it one record that does.
            from: `(
              select i.identity_id, i.status, i.records, min(c.record_key) as record_key
              from ${table("identity_values")} as i
              join ${table("identity_records")} as m on m.identity_id = i.identity_id
              join ${table("record_values")} as c on c.record_key = m.record_key and c.identifier = i.identifier and c.value = i.value and c.status = i.status
              join meant_${index} as x on x.value = i.value
              where i.identifier = ${text(carried.identifier.name)}
              group by i.identity_id, i.status, i.records
            ) as v
            join ${records} on r.record_key = v.record_key`,
          },
        ],
  );
  const rows = await readTogether(
    [
      ...names.flatMap((name) => [
        {
          part: "record",
          columns: [...place, "r.source_key"],
          from: `${records} where r.record_key = ${text(name)}`,
        },
        ...(isOfModel(name, loaded)
          ? []
          : [
              {
                part: "record",
                columns: [...place, "r.source_key"],
                from: `${records} where r.source_key = ${text(name)}`,
              },
            ]),
        {
          part: "identity",
          columns: ["d.current_identity_id", "r.record_key", "r.component", "d.identity_id"],
          from: `${table("identity_redirects")} as d
            left join ${table("identities")} as i on i.identity_id = d.identity_id
            left join ${records} on r.record_key = i.anchor_record_key and r.identity_id = d.current_identity_id
            where d.identity_id = ${text(name)}`,
        },
        {
          // Where the record that it was named for is gone, or elsewhere.
          part: "first",
          columns: [...place, text(name)],
          from: `(
            select m.identity_id, m.record_key, m.component
            from ${table("identity_records")} as m
            where m.identity_id in (
              select d.current_identity_id
              from ${table("identity_redirects")} as d
              left join ${table("identities")} as i on i.identity_id = d.identity_id
              left join ${records} on r.record_key = i.anchor_record_key and r.identity_id = d.current_identity_id
              where d.identity_id = ${text(name)} and r.record_key is null
            )
            order by m.observed_at asc nulls last, m.record_key
            limit 1
          ) as r`,
        },
      ]),
      ...values,
    ],
    asked.flatMap(({ carried }, index) =>
      carried === undefined ? [] : [`meant_${index} as (${meantBy(carried, loaded)})`],
    ),
    loaded,
    published,
  );
  const found: Located[] = [];
  for (const [index, each] of asked.entries()) {
    const record = recordAmong(each.name, rows("record"));
    const identity = rows("identity").find((row) => row[3] === each.name);
    if (record?.[1] === each.name) found.push(located(each.name, "record", record));
    else if (identity !== undefined) {
      const first = rows("first").find((row) => row[3] === each.name);
      found.push(identityOf(each.name, identity, first));
    } else if (each.carried !== undefined) {
      const meant = { identifier: each.carried.identifier.name, value: rows(`meant ${index}`)[0]?.[0] ?? "" };
      found.push(await carrierOf(each.name, meant, rows(`value ${index}`), loaded, published));
    } else if (record !== undefined) found.push(located(each.name, "record", record));
    else throw await nothing(each.name, loaded, published);
  }
  return found;
}

function isOfModel(name: string, { project }: LoadedProject): boolean {
  return project.models.some((model) => name.startsWith(`${model.name}:`));
}

/** By its record key, else by its source key where that is no other's. */
function recordAmong(name: string, rows: readonly TextRow[]): TextRow | undefined {
  const exact = rows.find((row) => row[1] === name);
  if (exact !== undefined) return exact;
  const bare = rows.filter((row) => row[3] === name);
  if (bare.length <= 1) return bare[0];
  const keys = bare.map((row) => quote(row[1] ?? "")).sort();
  const message = `${bare.length} records have the key ${quote(name)}.`;
  const hint = `Write the model too: ${listOf(keys.slice(0, 5), "or")}.`;
  throw new DiagnosticError([diagnose("IDW624", message, { hint })]);
}

function located(asked: string, kind: "record" | "identity", row: TextRow): Located {
  return { kind, asked, identityId: row[0] ?? "", record: row[1] ?? "", component: row[2] ?? "" };
}

/** `first` is the earliest record of an identity whose own is not there. A retired identity has none. */
function identityOf(name: string, row: TextRow, first: TextRow | undefined): Located {
  const current = row[0] ?? null;
  if (current === null) return located(name, "identity", [name, "", ""]);
  return located(name, "identity", row[1] == null ? [current, first?.[1] ?? "", first?.[2] ?? ""] : row);
}

const BEST = ["active", "contested", "over_limit", "shared"];

/** The identity for which the value is active; else that of the best status and the most records. */
async function carrierOf(
  asked: string,
  { identifier, value }: { readonly identifier: string; readonly value: string },
  rows: readonly TextRow[],
  loaded: LoadedProject,
  published: Reader,
): Promise<Located> {
  const [best] = [...rows].sort(
    (x, y) =>
      BEST.indexOf(x[3] ?? "") - BEST.indexOf(y[3] ?? "") ||
      Number(y[4]) - Number(x[4]) ||
      ((x[0] ?? "") < (y[0] ?? "") ? -1 : 1),
  );
  if (best === undefined) throw await noCarrier(asked, identifier, value, loaded, published);
  return {
    kind: "value",
    asked,
    identityId: best[0] ?? "",
    record: best[1] ?? "",
    component: best[2] ?? "",
    identifier,
    value,
    elsewhere: rows.length - 1,
  };
}

async function noCarrier(
  asked: string,
  identifier: string,
  value: string,
  loaded: LoadedProject,
  { query, table }: Reader,
): Promise<DiagnosticError> {
  const text = (word: string) => print(lit(word), loaded.context.dialect.lexical);
  const [ignored] = await query(
    `select count(*) as records from ${table("ignored_values")} where identifier = ${text(identifier)} and value = ${text(value)}`,
  );
  const records = Number(ignored?.["records"] ?? 0);
  const shown = `${identifier}=${value}`;
  const meant = shown === asked ? quote(shown) : `${quote(shown)} (${quote(asked)}, normalised)`;
  if (records > 0) {
    return unknown(
      `${meant} is on the list of values to ignore, so it ties nobody; ${records} records carry it.`,
      "See `ignore` of identity.yml and the ignore_value decisions.",
    );
  }
  return unknown(`No record carries ${meant}.`);
}

function carriedOf(name: string, { project }: LoadedProject): Asked["carried"] {
  const at = name.indexOf("=");
  const identifier = project.identifiers.find((each) => at > 0 && each.name === name.slice(0, at));
  return identifier === undefined ? undefined : { identifier, raw: name.slice(at + 1) };
}

/** What the normaliser makes of a value, in one row; what it makes nothing of is looked up as it stands. */
function meantBy({ identifier, raw }: NonNullable<Asked["carried"]>, { context }: LoadedProject): string {
  const { functions, lexical } = context.dialect;
  const normalised = functions.shown(context.texts.normalised(identifier, lit(raw), undefined));
  return print(sql`select coalesce(nullif(${normalised}, ''), ${lit(raw)}) as value`, lexical);
}

async function nothing(name: string, loaded: LoadedProject, published: Reader): Promise<DiagnosticError> {
  const { project, context } = loaded;
  const at = name.indexOf("=");
  const names = project.identifiers.map((identifier) => identifier.name);
  if (at > 0 && !isOfModel(name, loaded) && /^\w+$/.test(name.slice(0, at))) {
    const hint = didYouMean(name.slice(0, at), names, "Identifiers");
    return unknown(`There is no identifier ${quote(name.slice(0, at))}, nor a record ${quote(name)}.`, hint);
  }
  if (/^id_[0-9a-f]{20}$/.test(name)) return unknown(`No identity ${quote(name)} was ever issued.`);
  if (name.includes(":")) return new DiagnosticError([await unknownRecord(name, loaded, published)]);
  const literal = print(lit(name), context.dialect.lexical);
  const rows = !isLocal(published)
    ? []
    : await published.query(
        `select record_key from ${published.table("identity_records")} order by levenshtein(source_key, ${literal}), record_key limit 3`,
      );
  const close = rows.map((row) => quote(String(row["record_key"])));
  const nearest = close.length === 0 ? "" : ` The nearest records that there are: ${listOf(close, "and")}.`;
  return unknown(
    `There is no record or identity ${quote(name)}.`,
    `A record is \`model:key\`, an identity its id, a value \`identifier=value\`.${nearest}`,
  );
}
