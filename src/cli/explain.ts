// `idweave explain`: why two records, identities or values are together or apart, or the life of one.
import { writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import type { Explanation } from "../explain/explanation.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { attempt, sayingOf } from "./saying.ts";
import { snakeCase } from "./snake-case.ts";

type Format = "text" | "json" | "mermaid" | "html";

type ExplainVerbOptions = {
  readonly project: string;
  readonly target?: string;
  readonly format: Format;
  readonly output?: string;
  readonly whatIf: boolean;
  readonly color: boolean;
};

export function addExplain(program: Command, done: (code: ExitCode) => void): void {
  program
    .command("explain <a> [b]")
    .summary("say why two are together or apart, or tell the life of one")
    .description(
      "Together: the shortest chain of evidence, its weakest tie, and when they met. Apart: the nearest evidence, what refused it, and the smallest change that would join them, resolved to be sure. One: its life. A and B are record keys (`model:key`, or the key alone), identity ids of any time, or `identifier=value`. Reads only; shows values, which are personal data.",
    )
    .option("-p, --project <path>", "identity.yml or its folder", ".")
    .option("-t, --target <name>", "a target of identity.yml (default: the first)")
    .addOption(
      new Option("--format <format>", "how it is told")
        .choices(["text", "json", "mermaid", "html"])
        .default("text"),
    )
    .option("-o, --output <file>", "write it to a file")
    .option("--no-what-if", "do not look for what would join two that are apart")
    .option("--no-color", "no colours (as with the environment variable NO_COLOR)")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave explain crm:17 orders:2042           why these records are one, or are not
  $ idweave explain id_1f0c… id_9ab2…            two identities, also merged ones
  $ idweave explain email=ann@x.org phone=5550123
  $ idweave explain id_1f0c…                     the life of an identity
  $ idweave explain crm:17 crm:18 --format html -o why.html`,
    )
    .action(async (a: string, b: string | undefined, options: ExplainVerbOptions) =>
      done(await tellExplanation(a, b, options)),
    );
}

async function tellExplanation(
  a: string,
  b: string | undefined,
  options: ExplainVerbOptions,
): Promise<ExitCode> {
  const saying = sayingOf({ format: options.format === "json" ? "json" : "text", color: options.color });
  return attempt(saying, async () => {
    const { explain } = await import("../run/explain.ts");
    const explanation = await explain({
      project: options.project,
      target: options.target,
      env: saying.environment.env,
      sources: saying.sources,
      a,
      b,
      whatIf: options.whatIf,
    });
    const text = await formatted(explanation, options.format);
    if (options.output === undefined) process.stdout.write(text);
    else writeFileSync(options.output, text);
    return EXIT.ok;
  });
}

async function formatted(explanation: Explanation, format: Format): Promise<string> {
  switch (format) {
    case "text":
      return (await import("../explain/text.ts")).explanationText(explanation);
    case "json":
      return `${JSON.stringify(snakeCase(explanation), null, 2)}\n`;
    case "mermaid": {
      const [{ mermaid }, { pictureOf }] = await Promise.all([
        import("../explain/mermaid.ts"),
        import("../explain/picture.ts"),
      ]);
      return mermaid(pictureOf(explanation));
    }
    case "html":
      return (await import("../explain/html.ts")).explanationHtml(explanation);
  }
}
