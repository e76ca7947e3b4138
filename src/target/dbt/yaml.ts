// Plain data as YAML that people read: blocks of keys and lists, every text as JSON, which is YAML too.

type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data };

/** Keys must be plain words. */
export function yaml(data: Data, indent = ""): string {
  if (Array.isArray(data)) {
    if (data.every((each) => typeof each !== "object")) return `[${data.map(scalar).join(", ")}]`;
    return data
      .map((each: Data) => `\n${indent}- ${yaml(each, `${indent}  `).replace(/^\n\s*/, "")}`)
      .join("");
  }
  if (typeof data !== "object" || data === null) return scalar(data);
  const entries = Object.entries(data);
  if (entries.length === 0) return "{}";
  return entries
    .map(([key, value]) => {
      const text = yaml(value, `${indent}  `);
      return `\n${indent}${key}:${text.startsWith("\n") ? "" : " "}${text}`;
    })
    .join("");
}

function scalar(data: Data): string {
  if (
    typeof data === "string" &&
    /^[A-Za-z][A-Za-z0-9_]*$/.test(data) &&
    !/^(true|false|null|yes|no|on|off|y|n)$/i.test(data)
  ) {
    return data;
  }
  return JSON.stringify(data);
}
