// docs/decisions.md is run: its files are written and its commands print what it says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, projectOf, ROOT } from "./support.ts";

beforeAll(ensureBuilt, 180_000);

type Block = { readonly tag: string; readonly text: string };

/** The fenced blocks that a comment says what to do with. */
function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/<!-- (.+?) -->\n\n```\w+\n([\s\S]*?)```/g)].map(
    ([, tag = "", text = ""]) => ({
      tag,
      text,
    }),
  );
}

const project = projectOf();
afterAll(project.remove);

test("how to un-merge, in three days", async () => {
  const blocks = blocksOf(readFileSync(join(ROOT, "docs/decisions.md"), "utf8"));
  expect(blocks.filter(({ tag }) => tag === "run").length).toBe(5);
  for (const { tag, text } of blocks) {
    if (tag.startsWith("file: ")) {
      project.write({ [tag.slice("file: ".length)]: text });
      continue;
    }
    const [command = "", ...lines] = text.trimEnd().split("\n");
    const { code, stdout } = await project.idweave(command.replace("$ idweave ", ""));
    expect({ command, code }).toEqual({ command, code: 0 });
    const said = stdout
      .replace(/\d+\.\d s\)/, "… s)")
      .replace(/"(cursor|occurred_at)":"[^"]*"/g, '"$1":"…"')
      .trimEnd();
    // A summary goes on with numbers that are not the point here.
    expect(command.startsWith("$ idweave run") ? said.split("\n\n")[0] : said).toBe(lines.join("\n"));
  }
});
