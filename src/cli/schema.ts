// `idweave schema`: the JSON Schema of identity.yml, for editors.
import type { Command } from "commander";
import { EXIT, type ExitCode } from "./exit.ts";
import { schemaText } from "./package.ts";

export function addSchema(program: Command, done: (code: ExitCode) => void): void {
  program
    .command("schema")
    .summary("print the JSON Schema of identity.yml")
    .description("Print the JSON Schema of identity.yml, for editors.")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave schema > identity.schema.json
  and as the first line of identity.yml:
  # yaml-language-server: $schema=./identity.schema.json`,
    )
    .action(() => {
      process.stdout.write(schemaText());
      done(EXIT.ok);
    });
}
