// What an erasure takes from relations to which runs only add, and from the user's decisions as we keep them (resolution.md
// §4). All else is built anew without the erased records. Runs after the results of the run are in place.
import { work } from "../plan/names.ts";
import { type Fragment, id, join, keyword, lit, print, sql, UNION } from "../sql/fragment.ts";
import type { Context } from "./context.ts";
import { type Place, relation } from "./publish.ts";

/**
 * The statements, for the transaction of the run, if `idw_purged_records` or `idw_purged_values` has rows. Counts stay. Each asks one
 * thing of a row, by equality: that is what every warehouse can turn into a join.
 */
export function purges(place: Place, context: Context): readonly string[] {
  const decisions = context.project.decisions === undefined ? [] : [ignoredValues(place, context)];
  return [...events(place, context), history(place), ...decisions].map((statement) =>
    print(statement, context.dialect.lexical),
  );
}

// Which past values were the person's is not known: every value goes that nobody carries any more. The events of this run
// name only values that somebody does.
function events(place: Place, { dialect }: Context): readonly Fragment[] {
  const without = (reason: string, condition: Fragment) => sql`
    update ${relation(place, "identity_events")} as t
    set value = null, reason = null
    where t.value is not null
      and t.run < ${dialect.functions.variable("idw_run")}
      -- ${keyword(reason)}
      and ${condition}
  `;
  const ofPerson = (column: string) => sql`
    exists (
      select 1
      from ${id(work.purgedValues)} as v
      where v.identifier = t.identifier and v.value = t.value
    )
    and ${id("t", column)} in (
      select identity_id
      from ${id(work.purgedIdentities)}
      ${UNION}
      select h.identity_id
      from ${relation(place, "identity_history")} as h
      where h.record_key in (select record_key from ${id(work.purgedRecords)})
    )
  `;
  const shared =
    "a value of the person that others carry too, as the cause of what happened to the person's identities";
  return [
    without(
      "a decision that names an erased record, or is gone",
      sql`
        t.identifier = 'must_link'
        and not exists (
          select 1
          from ${relation(place, "decisions_in_force")} as d
          where d.id = t.value and d.a is not null and d.b is not null
        )
      `,
    ),
    without(
      "a value that nobody carries",
      sql`
        t.identifier <> 'must_link'
        and not exists (
          select 1
          from ${relation(place, "identity_values")} as v
          where v.identifier = t.identifier and v.value = t.value
        )
      `,
    ),
    without(shared, ofPerson("identity_id")),
    without(shared, ofPerson("other_identity_id")),
  ];
}

function history(place: Place): Fragment {
  return sql`
    update ${relation(place, "identity_history")}
    set record_key = null
    where record_key in (select record_key from ${id(work.purgedRecords)})
  `;
}

/** A value that people ruled to ignore, once no record has it. */
function ignoredValues(place: Place, { project, texts }: Context): Fragment {
  const forms = project.identifiers.map(
    (identifier) =>
      sql`when ${lit(identifier.name)} then ${texts.normalised(identifier, id("t", "value"), undefined)}`,
  );
  return sql`
    update ${relation(place, "decisions_in_force")} as t
    set value = null, reason = null
    where t.decision = 'ignore_value' and exists (
      select 1
      from (
        select p.identifier, p.value
        from ${id(work.purgedValues)} as p
        left join ${relation(place, "ignored_values")} as v on v.identifier = p.identifier and v.value = p.value
        where v.value is null
      ) as gone
      where gone.identifier = t.identifier
        and gone.value = case t.identifier
          ${join(forms, "\n")}
        end
    )
  `;
}
