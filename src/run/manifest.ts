// The manifest of a dbt project: where the models lie that `ref` of identity.yml names. Nothing else of it is read.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Project } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { type Fragment, id } from "../sql/fragment.ts";
import { shownPath } from "./files.ts";

type Node = {
  readonly resource_type?: string;
  readonly package_name?: string;
  readonly name?: string;
  readonly database?: string | null;
  readonly schema?: string;
  readonly alias?: string;
  readonly config?: { readonly materialized?: string };
};

type Manifest = {
  readonly metadata?: { readonly project_name?: string };
  readonly nodes?: Readonly<Record<string, Node>>;
};

/** Every relation that a `ref` means, by the model of identity.yml; IDW417 for what the manifest does not have. */
export function refRelations(
  project: Project,
  folder: string,
  hasDatabases: boolean,
): Result<ReadonlyMap<string, Fragment>> {
  const wanted = project.models.flatMap(({ name, source }) =>
    source.kind === "ref"
      ? [{ name, ref: source.ref, span: project.places.of(["models", name, "ref"]) }]
      : [],
  );
  const relations = new Map<string, Fragment>();
  if (wanted.length === 0) return { value: relations, diagnostics: [] };
  const file = resolve(folder, project.dbtManifest);
  const manifest = readManifest(file);
  if (manifest === undefined) {
    const span = project.places.of(["dbt", "manifest"]) ?? wanted[0]?.span;
    const hint =
      "`dbt parse` writes it, into target/ of the dbt project. `dbt: { manifest: … }` says where it is.";
    const what = existsSync(file) ? "is no manifest of dbt" : "is not there";
    return {
      diagnostics: [
        diagnose(
          "IDW417",
          `The models that \`ref\` names are looked up in ${shownPath(file)}, which ${what}.`,
          {
            span,
            hint,
          },
        ),
      ],
    };
  }
  const diagnostics: Diagnostic[] = [];
  const nodes = Object.values(manifest.nodes ?? {}).filter(isRelation);
  for (const { name, ref, span } of wanted) {
    const found = nodes.filter((node) => node.name === ref);
    const node = found.find((each) => each.package_name === manifest.metadata?.project_name) ?? found[0];
    if (node === undefined) {
      const names = nodes.flatMap((each) => (each.name === undefined ? [] : [each.name]));
      const hint = didYouMean(ref, names, "Models");
      diagnostics.push(
        diagnose("IDW417", `dbt has no model \`${ref}\` that is a table or view.`, { span, hint }),
      );
      continue;
    }
    const inSchema = [node.schema ?? "", node.alias ?? ref];
    const database = hasDatabases && node.database ? [node.database] : [];
    relations.set(name, id(...database, ...inSchema));
  }
  return diagnostics.length > 0 ? { diagnostics } : { value: relations, diagnostics };
}

function isRelation({ resource_type: type, config }: Node): boolean {
  return ["model", "seed", "snapshot"].includes(type ?? "") && config?.materialized !== "ephemeral";
}

function readManifest(file: string): Manifest | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest | null;
    return typeof manifest?.nodes === "object" ? manifest : undefined;
  } catch {
    return undefined;
  }
}
