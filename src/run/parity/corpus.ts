// The values that every expression of ours is tried on: what data holds, and what it holds when somebody means harm. Texts of
// dates and numbers stand beside names and addresses, since each expression sees them all.

export type Sample = { readonly value: string | null; readonly country: string | null };

const PEOPLE = [
  ...["Ada Lovelace", "  ada  lovelace ", "O'Brien", "O’Brien", "J.R. Smith-Jones", "MÜLLER", "Mu\u0308ller"],
  ...["Groß", "GROẞ", "Łukasz Żółć", "Sørensen Æbelø Œuvre", "Þór Guðrún Đorđe", "Iğdır İpek", "ıi"],
  ...["Γιώργος ΓΙΏΡΓΟΣ", "Иванов, И. Ё", "日本、東京", "محمد", "ﬁancé", "Dž", "𐐀𐐨", "Å Å Å", "naïve ñ"],
];

const ADDRESSES = [
  ...[
    "Ada@Example.COM ",
    "ada.love+shop@gmail.com",
    "a.d.a@googlemail.com",
    "ada@localhost",
    "@",
    "a@b@c.de",
  ],
  ...[
    "mailto:ada@example.com",
    "https://www.Example.com:8080/a?b#c",
    "//x.example.co.uk",
    "exämple.de",
    "xn--e1afmkfd.рф",
  ],
  ...["no-reply@shop.example", "test@test.com", "unknown"],
];

const NUMBERS = [
  ...["0", "-1", "007", "4111 1111-1111/1111", "1e5", "0.1", "٣4", "9007199254740993", "NaN", "Infinity"],
  ...[
    "+1 (202) 555-0143",
    "202-555-0143",
    "0049 30 123456",
    "030 123456",
    "+44 20 7946 0958",
    "123",
    "911",
    "+",
  ],
  ...["+1 202 555 0143 ext. 5", "５５５", "00000000000"],
];

const IDS = [
  ...[
    "6F9619FF-8B86-D011-B42D-00C04FC964FF",
    "{6f9619ff8b86d011b42d00c04fc964ff}",
    "urn:uuid:6f9619ff-8b86-d011-b42d-00c04fc964ff",
  ],
  ...["00000000-0000-0000-0000-000000000000", "6f9619ff-8b86-d011-b42d-00c04fc964f", "AB-12 34/c"],
];

const TIMES = [
  ...[
    "2024-02-29",
    "2023-02-29",
    "2024-01-31 12:00",
    "2024-01-31T12:00:00Z",
    "2024-01-31 12:00:00.123456789",
  ],
  ...[
    "2024-01-31 12:00:00+02",
    "2024-01-31T12:00:00 -0530",
    "2024-01-31T12:00:00.5+05:45",
    "1969-12-31 23:59:59",
  ],
  ...["0001-01-01", "9999-12-31 23:59:59", "2024-13-01", "31.01.2024", "2024-01-31T25:00", " 2024-01-31 "],
];

const BOOLEANS = ["true", "FALSE", "t", "f", "yes", "No", "y", "n", "1", "2"];

const HOSTILE = [
  ...["'", "''", '"', "`", "\\", "\\'", "\\\\n", "a\\", "$$", "$$ end $$", "{{ 1 }}", "{% raw %}", "{# x #}"],
  ...[
    "a\nb",
    "a\r\nb",
    "a\tb",
    "\n",
    "--",
    "a -- b",
    "/* c */",
    ";",
    "'; drop table identities; --",
    "%s %d",
    "$ {x}",
  ],
  ...[
    ":v",
    "@v",
    "?",
    "&amp;",
    "<b>",
    "null",
    "NULL",
    "select",
    "from",
    "group",
    "[1, 2]",
    '{"a": 1}',
    "\u0001",
    "\u007f",
  ],
  ...[
    "😀",
    "👩‍👩‍👧",
    "🇩🇪",
    "e\u0301",
    "\u200b",
    "x\ufeffx",
    "\u00a0x\u00a0",
    "\u2028",
    "\u202eabc",
    "\ud7ff\ue000\ufffd",
  ],
  ...["x".repeat(300), "é'\"\\ ".repeat(60), "😀".repeat(100)],
];

const SPACES = ["", " ", "   ", "\t\r\n\u00a0\u2003\u3000a\u00a0b\u200b\ufeff\n", "a b", "a  b"];

const COUNTRIES: readonly (string | null)[] = ["US", "DE", "gb", "", null, "France", "xx"];

/** Each value once, with one country or another beside it. */
export const CORPUS: readonly Sample[] = [
  null,
  ...SPACES,
  ...PEOPLE,
  ...ADDRESSES,
  ...NUMBERS,
  ...IDS,
  ...TIMES,
  ...BOOLEANS,
  ...HOSTILE,
].map((value, index) => ({ value, country: COUNTRIES[index % COUNTRIES.length] ?? null }));
