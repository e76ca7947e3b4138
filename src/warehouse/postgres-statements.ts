// The statements of a script, one by one: what PostgreSQL is sent together is one transaction, in which no block may commit.

/** What a semicolon may stand in without ending anything: names, texts, comments, texts in dollars. */
const TOKEN =
  /(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*'|'[^']*'|"[^"]*"|--[^\n]*|\/\*.*?\*\/|(?<![\w$])\$([A-Za-z_]\w*)?\$.*?\$\1\$|;/gs;

/** In their order, without their semicolons; what holds nothing but comments is none. */
export function statementsOf(script: string): readonly string[] {
  const statements: string[] = [];
  let start = 0;
  let hasWords = false;
  let seen = 0;
  const end = (at: number) => {
    if (hasWords || script.slice(seen, at).trim() !== "") statements.push(script.slice(start, at).trim());
    hasWords = false;
  };
  for (const { 0: token, index } of script.matchAll(TOKEN)) {
    if (token === ";") {
      end(index);
      start = index + 1;
    } else {
      const isComment = token.startsWith("--") || token.startsWith("/*");
      hasWords ||= !isComment || script.slice(seen, index).trim() !== "";
    }
    seen = index + token.length;
  }
  end(script.length);
  return statements;
}
