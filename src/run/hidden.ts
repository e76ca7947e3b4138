// Keeps secrets out of code frames: what a file holds for a key that is secret is shown as asterisks of the same length, so
// that columns stay where they are.

const SECRET =
  /^(.*?["']?(?:password|passphrase|private_key_passphrase|private_key|token|client_secret|refresh_token)["']?[ \t]*:[ \t]*)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,{}#'"|>][^,}\n]*)/gim;

/** The text of a YAML file without the values of secret keys; what stands in `{{ … }}` names a variable and stays. */
export function withoutSecretValues(text: string): string {
  return text.replaceAll(SECRET, (whole, key: string, value: string) =>
    value.includes("{{") ? whole : `${key}${"*".repeat(value.length)}`,
  );
}
