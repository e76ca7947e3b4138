// The language of Python text, as far as the DAG needs it.

/** A string literal. What JSON escapes, Python reads the same way. */
export function python(text: string): string {
  return JSON.stringify(text);
}
