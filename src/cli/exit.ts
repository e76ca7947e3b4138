// The exit codes, once: what the verbs return, `--help` lists and docs/cli.md explains.
export const EXIT = { ok: 0, input: 1, usage: 2, check: 3, bug: 70, interrupted: 130 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_HELP = `
Exit codes:
  0    all is well (warnings do not count)
  1    identity.yml, a model, the data or the target has errors
  2    the command line has errors
  3    a check failed: a test, stale compiled files, an alarm that stopped the run,
       a condition of a plan, or a warehouse that computes otherwise
  70   a bug of idweave
  130  interrupted; earlier results are whole
`;
