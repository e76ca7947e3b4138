// The configurations under which random graphs are resolved: policies mixed, limits from one to none, caps, one to
// five identifiers.
import type { Policy, ReferenceConfig, ReferenceIdentifier } from "./types.ts";

export type NamedConfig = ReferenceConfig & { readonly name: string };

type Rest = { readonly limit?: number; readonly maxRecords?: number };

function identifier(name: string, priority: number, contested: Policy, rest: Rest = {}): ReferenceIdentifier {
  return { name, priority, contested, ...rest };
}

export const CONFIGS: readonly [NamedConfig, ...NamedConfig[]] = [
  {
    name: "no-limits",
    identifiers: [
      identifier("email", 1, "nobody"),
      identifier("phone", 2, "first"),
      identifier("cookie", 3, "last"),
    ],
  },
  {
    name: "login-nobody",
    identifiers: [identifier("user_id", 1, "nobody", { limit: 1 }), identifier("device", 2, "nobody")],
  },
  {
    name: "login-first",
    identifiers: [identifier("user_id", 1, "first", { limit: 1 }), identifier("device", 2, "first")],
  },
  {
    name: "login-last",
    identifiers: [identifier("user_id", 1, "last", { limit: 1 }), identifier("device", 2, "last")],
  },
  { name: "one-nobody", identifiers: [identifier("email", 7, "nobody", { limit: 2 })] },
  { name: "one-last", identifiers: [identifier("cookie", 1, "last", { limit: 2, maxRecords: 4 })] },
  {
    name: "shop",
    identifiers: [
      identifier("user_id", 1, "first", { limit: 1 }),
      identifier("email", 2, "first", { limit: 3 }),
      identifier("phone", 3, "nobody", { limit: 2, maxRecords: 3 }),
    ],
  },
  {
    name: "backwards-names",
    identifiers: [
      identifier("z_login", 10, "last", { limit: 1 }),
      identifier("m_email", 20, "nobody", { limit: 2 }),
      identifier("a_device", 30, "last", { maxRecords: 2 }),
    ],
  },
  {
    name: "four-mixed",
    identifiers: [
      identifier("device", 9, "nobody"),
      identifier("crm", 1, "nobody", { limit: 2 }),
      identifier("phone", 5, "first", { limit: 3, maxRecords: 3 }),
      identifier("email", 3, "last", { limit: 1 }),
    ],
  },
  {
    name: "five-mixed",
    identifiers: [
      identifier("user_id", 1, "first", { limit: 1 }),
      identifier("email", 2, "first", { limit: 3 }),
      identifier("phone", 3, "last", { limit: 2, maxRecords: 3 }),
      identifier("anonymous_id", 4, "nobody"),
      identifier("device_id", 5, "nobody", { limit: 2 }),
    ],
  },
  {
    name: "five-nobody",
    identifiers: [
      identifier("passport", 1, "nobody", { limit: 1 }),
      identifier("licence", 2, "nobody", { limit: 1 }),
      identifier("email", 3, "nobody", { limit: 2, maxRecords: 3 }),
      identifier("phone", 4, "nobody", { limit: 2 }),
      identifier("address", 5, "nobody", { limit: 3 }),
    ],
  },
  {
    name: "weak-limits",
    identifiers: [
      identifier("name_birth", 1, "first"),
      identifier("email", 2, "nobody", { limit: 1 }),
      identifier("phone", 3, "last", { limit: 2 }),
      identifier("cookie", 4, "first", { limit: 2 }),
    ],
  },
  {
    name: "household",
    identifiers: [
      identifier("user_id", 1, "first", { limit: 2 }),
      identifier("phone", 2, "first"),
      identifier("email", 3, "last"),
    ],
  },
  {
    name: "company",
    identifiers: [
      identifier("domain", 1, "last", { limit: 2 }),
      identifier("tax_id", 2, "nobody", { limit: 3 }),
      identifier("phone", 3, "last", { limit: 3 }),
      identifier("address", 4, "first"),
    ],
  },
  {
    name: "caps-only",
    identifiers: [
      identifier("email", 1, "nobody", { maxRecords: 2 }),
      identifier("phone", 2, "first", { maxRecords: 3 }),
    ],
  },
];
