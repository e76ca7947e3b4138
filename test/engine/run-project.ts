// Runs a project of given files through the real engine in a folder of its own, and reads what it left behind.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type RunOptions, type RunReport, run } from "../../src/run/run.ts";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import type { Row } from "../../src/warehouse/warehouse.ts";

export type Folder = {
  readonly path: string;
  readonly write: (files: Readonly<Record<string, string | Uint8Array>>) => void;
  readonly run: (options?: Partial<RunOptions>) => Promise<RunReport>;
  readonly query: (sql: string, database?: string) => Promise<readonly Row[]>;
  readonly remove: () => void;
};

export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Folder {
  const path = mkdtempSync(join(tmpdir(), "idweave-"));
  const folder: Folder = {
    path,
    write(more) {
      for (const [name, content] of Object.entries(more)) {
        const file = join(path, name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
    },
    run: (options = {}) => run({ project: path, ...options }),
    async query(sql, database = "customer.duckdb") {
      const warehouse = await openDuckdb({ path: join(path, database) });
      try {
        return await warehouse.query(sql);
      } finally {
        warehouse.close();
      }
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
  folder.write(files);
  return folder;
}
