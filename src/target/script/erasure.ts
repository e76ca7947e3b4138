// Erasure in a script (resolution.md §4): which scripts erase, the secret with which suppressions are hashed, and what is taken
// from the relations that only grow. Who is to be forgotten is found by the steps of the plan.
import { work } from "../../plan/names.ts";
import type { Mode, OutputName } from "../../plan/plan.ts";
import type { Context } from "../../render/context.ts";
import { type Place, relation } from "../../render/publish.ts";
import { purges } from "../../render/purge.ts";
import { type Fragment, id, keyword, lit, print, sql } from "../../sql/fragment.ts";
import { type Flow, type Node, note, refuseIf, statement, type Variable } from "./flow.ts";

/** Outputs that only erasure fills: in other scripts they stay as they are. */
const ERASURE_OUTPUTS: readonly OutputName[] = ["suppressions", "withdrawn_ids"];

/** What only erasure fills and reads. */
const OF_ERASURE: ReadonlySet<string> = new Set([
  ...ERASURE_OUTPUTS.flatMap((output) => [work.output(output), work.drop(output), work.put(output)]),
  work.purgedRecords,
  work.purgedIdentities,
  work.purgedValues,
]);

const SHORTEST_SECRET = 16;

/** Whether a script of the mode may take records away for good; a rollback reads nothing that could ask for it. */
export function erases(mode: Mode, { project }: Context): boolean {
  return mode !== "rollback" && (project.forget !== undefined || project.models.some(({ erased }) => erased));
}

/** Whether it reads requests to forget, which need the secret. */
export function isAsked(mode: Mode, context: Context): boolean {
  return erases(mode, context) && context.project.forget !== undefined;
}

/** Relations that a script of the mode neither makes nor reads. */
export function isLeftOut(name: string, mode: Mode, context: Context): boolean {
  return OF_ERASURE.has(name) && !erases(mode, context);
}

export function publishedOutputs(
  outputs: readonly OutputName[],
  mode: Mode,
  context: Context,
): readonly OutputName[] {
  return outputs.filter((output) => erases(mode, context) || !ERASURE_OUTPUTS.includes(output));
}

/** Where nobody asks, requests are without rows and read once: not worth tables. */
export function isWithoutRows(name: string, { project }: Context): boolean {
  return project.forget === undefined && (name === work.requests || name === work.forgotten);
}

/** The secret is given from outside, and never written into a script. */
export function secretParameters(mode: Mode, context: Context, flow: Flow): readonly Variable[] {
  if (!isAsked(mode, context)) return [];
  const comment = `the secret of the project, from outside; never write it here: ${flow.secret.from}`;
  return [{ name: GIVEN, type: "text", value: flow.secret.value, comment }];
}

const GIVEN = "idw_given_secret";
const PURGES = "idw_purges";

export function erasureVariables(mode: Mode, context: Context): readonly Variable[] {
  const asked = isAsked(mode, context);
  return [
    {
      name: "idw_secret",
      type: "text",
      comment: asked ? "what suppressions are hashed with" : "scripts forget nobody: no secret is needed",
    },
    { name: "idw_secret_id", type: "text", comment: "which secret that is" },
    ...(erases(mode, context)
      ? [{ name: PURGES, type: "integer" as const, comment: "what this run forgets for the first time" }]
      : []),
  ];
}

/** Before any relation is made or read: without a secret the script ends. The derivation is that of src/run/secret.ts. */
export function takeSecret(mode: Mode, context: Context, flow: Flow): readonly Node[] {
  if (!isAsked(mode, context)) return [];
  const { functions, lexical } = context.dialect;
  const given = keyword(flow.value(GIVEN));
  const derived = (use: string) => functions.sha256(sql`${lit(`idweave ${use}\n`)} || ${given}`);
  const missing = `IDW750 The secret of the project is missing: ${flow.secret.from}. Nothing was read.`;
  const short = `IDW750 The secret of the project has fewer than ${SHORTEST_SECRET} characters. Nothing was read.`;
  const problem = sql`
    select case
      when ${given} is null or ${given} = '' then ${lit(missing)}
      when ${functions.codePoints(given)} < ${lit(SHORTEST_SECRET)} then ${lit(short)}
    end
  `;
  return [
    note("", "The secret of the project: hashes are made with what is derived from it."),
    ...refuseIf(print(problem, lexical)),
    {
      kind: "set",
      variable: "idw_secret",
      query: print(sql`select ${derived("suppressions")}`, lexical),
    },
    {
      kind: "set",
      variable: "idw_secret_id",
      query: print(sql`select ${functions.left(derived("name of the secret"), 16)}`, lexical),
    },
  ];
}

/** Fails a script that would read forgotten people again: with another secret, or without one. */
export function refuseReturn(mode: Mode, place: Place, context: Context, flow: Flow): readonly Node[] {
  if (mode === "rollback") return [];
  const suppressions = relation(place, "suppressions");
  const another =
    "IDW751 The secret given is not the one with which people were forgotten in this target; nothing was published.";
  const none =
    "IDW750 People were forgotten in this target, and without `forget` in identity.yml a script knows no secret: they would be read again; nothing was published.";
  const query: Fragment = isAsked(mode, context)
    ? sql`
        select max(${lit(another)})
        from ${suppressions}
        where secret_id <> ${keyword(flow.value("idw_secret_id"))}
      `
    : sql`
        select max(${lit(none)})
        from ${suppressions}
      `;
  return [
    note("", "Whoever was forgotten is not read again."),
    ...refuseIf(print(query, context.dialect.lexical)),
  ];
}

/** Sets a variable to whether there is something to take away, before the transaction. */
export function countPurges(mode: Mode, context: Context): readonly Node[] {
  if (!erases(mode, context)) return [];
  const query = sql`
    select (select count(*) from ${id(work.purgedRecords)}) + (select count(*) from ${id(work.purgedValues)})
  `;
  return [
    note("whether this run forgets somebody"),
    { kind: "set", variable: PURGES, query: print(query, context.dialect.lexical) },
  ];
}

/** In the publishing transaction, once the results are in place. */
export function purgeNodes(mode: Mode, place: Place, context: Context): readonly Node[] {
  if (!erases(mode, context)) return [];
  return [
    note("what an erasure takes from what stays otherwise"),
    {
      kind: "if",
      condition: { kind: "is_positive", variable: PURGES },
      body: purges(place, context).map(statement),
    },
  ];
}

/**
 * Once the results are published: working tables hold what was there before, and BigQuery keeps them for a day. `made` are those that every
 * run makes.
 */
export function dropWork(mode: Mode, made: Iterable<string>, context: Context): readonly Node[] {
  if (!erases(mode, context)) return [];
  const { lexical } = context.dialect;
  const drop = (table: string): Node => statement(print(sql`drop table ${id(table)}`, lexical));
  return [
    note("working tables know whom this run forgot"),
    {
      kind: "if",
      condition: { kind: "is_positive", variable: PURGES },
      body: [
        {
          kind: "if",
          condition: { kind: "has_rows", relation: work.output("suppressions") },
          body: [drop(work.suppressedCarriers)],
        },
        ...[...made].map(drop),
      ],
    },
  ];
}

/** Adds to the warnings in a variable: requests for an identity that was never issued. */
export function unknownRequests(
  variable: string,
  mode: Mode,
  place: Place,
  context: Context,
  flow: Flow,
): readonly Node[] {
  if (!isAsked(mode, context)) return [];
  const { functions, lexical } = context.dialect;
  const before = keyword(flow.value(variable));
  const query = sql`
    select case
      when count(*) = 0 then ${before}
      else coalesce(${before} || '; ', '') || 'IDW632 Requests to forget an identity that was never issued: ' || ${functions.text(sql`count(*)`)}
    end
    from ${id(work.requests)} as q
    left join ${relation(place, "identity_redirects")} as d on d.identity_id = q.identity_id
    where q.identity_id is not null and d.identity_id is null
  `;
  return [note("requests that nobody can follow"), { kind: "set", variable, query: print(query, lexical) }];
}
