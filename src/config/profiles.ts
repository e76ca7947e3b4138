// dbt's profiles.yml, as far as a target refers to it: the texts of one output of one profile. Its Jinja is rendered by the
// caller. Source: https://docs.getdbt.com/docs/core/connect-data-platform/profiles.yml
import { diagnose } from "../diagnostics/codes.ts";
import type { Result, Span } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { quote } from "../diagnostics/text.ts";
import { parse } from "./parse.ts";
import { Reader } from "./reader.ts";

export type Setting = { readonly text: string; readonly span: Span };

/** dbt has two names for these. */
const SAME: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bigquery: { database: "project", schema: "dataset" },
  postgres: { database: "dbname", pass: "password" },
};

/**
 * The settings of an output under identity.yml's names (`project`, `dataset` on BigQuery). `target` undefined means the
 * profile's own, which `renderDefault` renders. IDW713 where there is no such profile or output.
 */
export function readProfile(
  text: string,
  file: string,
  wanted: { readonly profile: string; readonly target: string | undefined; readonly type: string },
  renderDefault: (setting: Setting) => Result<string>,
): Result<ReadonlyMap<string, Setting>> {
  const { value: document, diagnostics } = parse(text, file);
  if (document === undefined) return { diagnostics };
  const reader = new Reader(document);
  const missing = (message: string, hint: string, span: Span): Result<never> => ({
    diagnostics: [diagnose("IDW713", message, { span, hint })],
  });
  const at = [wanted.profile];
  if (!reader.has(at)) {
    const hint = didYouMean(wanted.profile, reader.keys([]), "Profiles");
    return missing(`there is no profile ${quote(wanted.profile)} in ${file}`, hint, reader.atKey([]));
  }
  const defaultText = reader.text([...at, "target"]);
  const rendered: Result<string> =
    wanted.target !== undefined
      ? { value: wanted.target, diagnostics: [] }
      : defaultText === undefined
        ? { value: "default", diagnostics: [] }
        : renderDefault({ text: defaultText, span: reader.atValue([...at, "target"]) });
  const output = rendered.value;
  if (output === undefined) return { diagnostics: rendered.diagnostics };
  const outputAt = [...at, "outputs", output];
  if (!reader.has(outputAt)) {
    const hint = didYouMean(output, reader.keys([...at, "outputs"]), "Outputs");
    const message = `the profile ${quote(wanted.profile)} has no output ${quote(output)}`;
    return missing(message, hint, reader.atKey([...at, "outputs"]));
  }
  const type = reader.text([...outputAt, "type"]);
  if (type !== wanted.type) {
    const message = `the output ${quote(output)} of the profile ${quote(wanted.profile)} is of type ${quote(type ?? "nothing")}, not ${quote(wanted.type)}`;
    return missing(message, "Name another output with `target`.", reader.atKey([...outputAt, "type"]));
  }
  const settings = new Map<string, Setting>();
  for (const key of reader.keys(outputAt)) {
    const value = reader.scalar([...outputAt, key]);
    if (value === undefined || value === null) continue;
    const name = SAME[wanted.type]?.[key] ?? key;
    settings.set(name, { text: String(value), span: reader.atValue([...outputAt, key]) });
  }
  return { value: settings, diagnostics };
}
