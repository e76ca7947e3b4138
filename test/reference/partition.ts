// The identities at one moment of the resolution: who is together, and under which label. Decides nothing.
import { compareText } from "./order.ts";

/** Disjoint sets of record keys, each named by its smallest key in UTF-8 order. */
export class Partition {
  readonly #labelOf = new Map<string, string>();
  readonly #recordsOf = new Map<string, readonly string[]>();

  /** Each record starts as an identity of its own. */
  constructor(records: readonly string[]) {
    for (const record of records) {
      this.#labelOf.set(record, record);
      this.#recordsOf.set(record, [record]);
    }
  }

  has(record: string): boolean {
    return this.#labelOf.has(record);
  }

  labelOf(record: string): string {
    const label = this.#labelOf.get(record);
    if (label === undefined) throw new Error(`no such record: ${record}`);
    return label;
  }

  recordsOf(label: string): readonly string[] {
    const records = this.#recordsOf.get(label);
    if (records === undefined) throw new Error(`no identity has the label ${label}`);
    return records;
  }

  labels(): readonly string[] {
    return [...this.#recordsOf.keys()];
  }

  /** Makes one identity of those under the labels. */
  join(labels: readonly string[]): void {
    const label = [...labels].sort(compareText)[0];
    if (label === undefined) return;
    const records = labels.flatMap((each) => this.recordsOf(each));
    for (const each of labels) this.#recordsOf.delete(each);
    this.#recordsOf.set(label, records);
    for (const record of records) this.#labelOf.set(record, label);
  }

  /** Record key to label, for all records. */
  toMap(): ReadonlyMap<string, string> {
    return new Map(this.#labelOf);
  }
}
