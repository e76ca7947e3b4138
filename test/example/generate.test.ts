// The sample is what its script makes, byte for byte, and a seed is enough to make it again.
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { expect, test } from "vitest";
import { csvWriter, generator, pathOf, text } from "./sample.ts";

const files = ["crm_contacts", "orders", "web_events", "support_tickets", "loyalty_members", "truth"];
const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");

test("the committed files hold what the script makes", async () => {
  const { shop } = await generator();
  const { csv } = await csvWriter();
  const { sources, truth } = shop(7);
  const made = new Map(
    Object.entries({ ...sources, truth }).map(([name, rows]) => [name, sha256(csv(rows))]),
  );
  expect([...made.keys()]).toEqual(files);
  for (const name of files)
    expect([name, sha256(text(`data/${name}.csv.gz`))]).toEqual([name, made.get(name)]);
});

test("a seed gives the same bytes twice, another seed others", async () => {
  const { shop } = await generator();
  const { csv, gzip } = await csvWriter();
  const bytes = (seed: number) => {
    const { sources, truth } = shop(seed, 200);
    return sha256(Buffer.concat(Object.values({ ...sources, truth }).map((rows) => gzip(csv(rows)))));
  };
  expect(bytes(3)).toBe(bytes(3));
  expect(bytes(3)).not.toBe(bytes(4));
});

test("gzip carries neither time nor operating system", async () => {
  const { gzip } = await csvWriter();
  expect([...gzip("a,b\n1,2\n").subarray(4, 8)]).toEqual([0, 0, 0, 0]);
  expect(gzip("a,b\n1,2\n")[9]).toBe(255);
});

test("a field is quoted where it must be", async () => {
  const { csv } = await csvWriter();
  expect(csv([{ a: 'say "hi"', b: "x,y", c: " z", d: "" }])).toBe('a,b,c,d\n"say ""hi""","x,y"," z",\n');
});

test("the sample is small enough to commit", () => {
  const total = files.reduce((sum, name) => sum + statSync(pathOf(`data/${name}.csv.gz`)).size, 0);
  expect(total).toBeLessThan(4_000_000);
});
