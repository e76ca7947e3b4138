// The Python that generates, scores and runs the peers: which it is, and loudly what it lacks.
import { spawnSync } from "node:child_process";

const MODULES = ["duckdb", "numpy", "pandas", "pyarrow", "scipy", "splink"];
const LIST = `
import importlib.metadata as m, json, sys
found = {"python": sys.version.split()[0]}
for name in ${JSON.stringify(MODULES)}:
    try: found[name] = m.version(name)
    except m.PackageNotFoundError: pass
print(json.dumps(found))
`;

/** `{ command, versions }`; `versions` is empty when there is no Python, and lacks the modules that are not installed. */
export function findPython() {
  const command = process.env.BENCH_PYTHON ?? "python3";
  const asked = spawnSync(command, ["-c", LIST], { encoding: "utf8" });
  const versions = asked.status === 0 ? JSON.parse(asked.stdout) : {};
  const missing = asked.status === 0 ? MODULES.filter((name) => versions[name] === undefined) : ["python"];
  if (missing.length > 0) {
    console.error(`
!! ${command} lacks: ${missing.join(", ")}
!!   ${command} -m pip install -r bench/requirements.txt
!! or name another Python: BENCH_PYTHON=path/to/python npm run bench
`);
  }
  return { command, versions };
}

/** The modules of `needed` that this Python lacks. */
export function lacks(python, needed) {
  return python.versions.python === undefined
    ? ["python"]
    : needed.filter((name) => python.versions[name] === undefined);
}
