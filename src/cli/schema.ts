// `idweave schema`: the JSON Schemas of identity.yml and of test files, for editors.
import type { Command } from "commander";
import { EXIT, type ExitCode } from "./exit.ts";
import { schemaText } from "./package.ts";

export function addSchema(program: Command, done: (code: ExitCode) => void): void {
  program
    .command("schema")
    .summary("print the JSON Schema of identity.yml")
    .description("Print the JSON Schema of identity.yml, or of test files, for editors.")
    .option("--tests", "the schema of test files")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave schema > identity.schema.json
  and as the first line of identity.yml:
  # yaml-language-server: $schema=./identity.schema.json
  $ idweave schema --tests > tests.schema.json`,
    )
    .action(({ tests }: { readonly tests?: boolean }) => {
      process.stdout.write(schemaText(tests === true ? "tests" : "identity"));
      done(EXIT.ok);
    });
}
