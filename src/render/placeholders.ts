// What people and programs write when they have nothing to say. Kept small on purpose: a word stands here only if no one
// is called so, because a value that looks like this is proposed for `ignore` on little further evidence.

/** Whole values, each normalised like data before it is compared. */
export const WORDS: readonly string[] = [
  ...["n/a", "n.a.", "na", "none", "(none)", "null", "nil", "nan", "undefined", "not set", "(not set)"],
  ...["unknown", "not known", "unspecified", "not provided", "not available", "not applicable", "missing"],
  ...["empty", "blank", "invalid", "default", "dummy", "fake", "placeholder", "nobody", "anonymous", "anon"],
  ...["guest", "test", "tester", "testing", "tbd", "tba", "todo", "xx", "xxx", "asdf", "qwerty", "noemail"],
  ...[
    "no email",
    "nomail",
    "no phone",
    "nophone",
    "no number",
    "-",
    "--",
    "---",
    ".",
    "?",
    "??",
    "???",
    "-1",
  ],
  // What devices send when tracking is off, and what a well-known fault gave to thousands of phones.
  ...["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
  ...["02:00:00:00:00:00", "9774d56d682e549c"],
];

/** Mailboxes that nobody reads, and addresses that people type to get past a form. In the language of `ignore` patterns. */
export const NOBODY =
  "(no[._-]?reply|do[._-]?not[._-]?reply|no[._-]?e?mail|n/?a|none|null|nil|unknown|undefined|anonymous|invalid)@.*" +
  "|a@a[.].*|aa@aa[.].*|aaa@aaa[.].*|b@b[.].*|x@x[.].*|xx@xx[.].*|abc@abc[.].*|no@no[.].*|me@me[.].*|test@test[.].*" +
  "|mail@mail[.].*|email@email[.].*|user@user[.].*|name@name[.].*|example@example[.].*|no@e?mail[.].*|0+";

/** Addresses that look so, and yet: F. Ake may well be fake@gmx.de. */
export const PERHAPS = "(anon|nobody|dummy|fake|example|test|tester|testing|asdf|qwerty|xxx)@.*";

/** One digit over and over, or digits in a row, after a calling code or a trunk prefix; some numbers are like that. */
export const DIGITS =
  "[+]?[0-9]{0,3}(0{7,}|1{7,}|2{7,}|3{7,}|4{7,}|5{7,}|6{7,}|7{7,}|8{7,}|9{7,}|0?1234567(8(90?)?)?|0?9876543(2(10?)?)?)";
