// The DAG of the worked example, on Airflow: it runs to the end, and an alarm stops it without another try.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, MAIN, ROOT } from "../cli/support.ts";
import { programsOf } from "./support.ts";

const programs = programsOf("airflow");

describe.skipIf(programs === undefined)("the DAG of the worked example", () => {
  const folder = mkdtempSync(join(tmpdir(), "idweave-airflow-"));
  const project = join(folder, "project");
  const dags = join(project, "target", "airflow");

  beforeAll(async () => {
    await ensureBuilt();
    for (const each of ["identity.yml", "data", "models", "decisions.csv"]) {
      cpSync(join(ROOT, each), join(project, each), { recursive: true });
    }
    for (const words of [["compile"], ["compile", "--format", "airflow"]]) {
      const compiled = spawnSync(process.execPath, [MAIN, ...words], { cwd: project, encoding: "utf8" });
      if (compiled.status !== 0) throw new Error(compiled.stderr);
    }
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function airflow(program: string, words: readonly string[], command = `"${process.execPath}" "${MAIN}"`) {
    const ended = spawnSync(join(programs ?? "", program), words, {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 1e8,
      env: {
        ...process.env,
        AIRFLOW_HOME: join(folder, "home"),
        AIRFLOW__CORE__LOAD_EXAMPLES: "False",
        AIRFLOW__CORE__DAGS_FOLDER: dags,
        IDWEAVE_COMMAND: command,
      },
    });
    return { code: ended.status, output: `${ended.stdout}${ended.stderr}` };
  }

  test("`airflow dags test` publishes, and its result is the report", { timeout: 400_000 }, () => {
    expect(airflow("airflow", ["db", "migrate"]).code).toBe(0);
    const { code, output } = airflow("airflow", ["dags", "test", "customer_identities"]);
    expect(output).toMatch(/task_id=check[\s\S]*task_id=up_to_date[\s\S]*task_id=run/);
    expect(output).toContain("Returned value was: {'run': 1, 'mode': 'full', 'published': True");
    expect(output).toContain("'records': 99610");
    expect(code).toBe(0);
  });

  test.each([
    { code: 3, problem: "IDW720", raises: "AirflowFailException" },
    { code: 1, problem: "IDW702", raises: "AirflowException" },
  ])("exit code $code of a run raises $raises", { timeout: 100_000 }, ({ code, problem, raises }) => {
    const fake = join(folder, "fake.mjs");
    const report = {
      diagnostics: [{ severity: "error", code: problem, message: "too large.", hint: "Look." }],
    };
    writeFileSync(fake, `console.log(${JSON.stringify(JSON.stringify(report))}); process.exit(${code});`);
    const program = `
import sys
sys.path.insert(0, ${JSON.stringify(dags)})
import customer_identities
try:
    customer_identities.idweave("run")
except Exception as error:
    print("raised", type(error).__name__, error)
`;
    const { output } = airflow("python", ["-c", program], `"${process.execPath}" "${fake}"`);
    expect(output).toContain(`raised ${raises} error ${problem}: too large. Look.`);
  });

  test("a task that Airflow stops stops its command", { timeout: 100_000 }, () => {
    const program = `
import os, signal, sys, threading
sys.path.insert(0, ${JSON.stringify(dags)})
import customer_identities
# As Airflow's own handler, which raises nothing.
signal.signal(signal.SIGTERM, lambda number, frame: print("on_kill"))
threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
code, output = customer_identities.finish([sys.executable, "-c", "import time; time.sleep(90)"])
print("ended", code)
`;
    const { output } = airflow("python", ["-c", program]);
    expect(output).toMatch(/on_kill\s+ended -15/);
  });
});
