// An explanation as boxes and lines on a grid, which Mermaid and SVG draw each in their way. Pure.
import { visible } from "../diagnostics/text.ts";
import type { Apart, Explanation, Life, Shared, Together } from "./explanation.ts";
import { subjectName } from "./text.ts";
import { refusalWords, ruledBy, shortTime, statusWords, tieDetail, tieName } from "./words.ts";

export type Box = {
  readonly id: string;
  readonly kind: "record" | "value" | "decision" | "identity";
  /** Set apart: the weakest tie, what was refused. */
  readonly isMarked: boolean;
  readonly label: string;
  readonly detail: string;
  /** From 0, from the left and from the top; halves are between. */
  readonly column: number;
  readonly row: number;
};

export type Line = { readonly from: string; readonly to: string; readonly isBroken: boolean };

export type Picture = {
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  /** What did not fit. */
  readonly note: string;
};

/** Records of a life, and values, that a picture shows. */
const SHOWN = 40;

export function pictureOf(explanation: Explanation): Picture {
  switch (explanation.kind) {
    case "together":
      return chainPicture(explanation);
    case "apart":
      return apartPicture(explanation);
    case "life":
      return lifePicture(explanation);
  }
}

function chainPicture({ a, b, identityId, chain, weakest }: Together): Picture {
  const boxes = chain.map((step, index): Box => {
    const place = { id: `n${index}`, row: index / 2 };
    return step.kind === "record"
      ? {
          ...place,
          kind: "record",
          isMarked: false,
          label: visible(step.recordKey),
          detail: shortTime(step.observedAt),
          column: 0,
        }
      : {
          ...place,
          kind: step.kind === "value" ? "value" : "decision",
          isMarked: step === weakest,
          label: tieName(step),
          detail: step === weakest ? `${tieDetail(step)} · weakest tie` : tieDetail(step),
          column: 1,
        };
  });
  const lines = boxes.slice(1).map((box, index) => ({ from: `n${index}`, to: box.id, isBroken: false }));
  return {
    title: `${subjectName(a)} and ${subjectName(b)} are one identity, ${identityId}`,
    boxes,
    lines,
    note: "",
  };
}

type Between = { readonly box: Box; readonly hop: number; readonly shared: Shared | undefined };

function apartPicture({ a, b, evidence, way }: Apart): Picture {
  const title = `${subjectName(a)} and ${subjectName(b)} are apart`;
  const direct = evidence.slice(0, SHOWN);
  const hops = evidence.length > 0 || way === undefined ? [] : way;
  const identities =
    hops.length > 0 ? [a.identityId, ...hops.map(({ to }) => to)] : [a.identityId, b.identityId];
  const middle = Math.max(0, (direct.length - 1) / 2);
  const boxes = identities.map(
    (identity, index): Box => ({
      id: `i${index}`,
      kind: "identity",
      isMarked: false,
      label: identity,
      detail: index === 0 ? subjectName(a) : index === identities.length - 1 ? subjectName(b) : "",
      column: index * 2,
      row: middle,
    }),
  );
  const between = (shared: Shared, id: string, column: number, row: number): Box => ({
    id,
    kind: "value",
    isMarked: shared.refusals.length > 0,
    label: visible(`${shared.identifier} ${shared.value}`),
    detail: [statusWords(shared), ...shared.refusals.slice(0, 1).map(shortRefusal)].join(" · "),
    column,
    row,
  });
  const values: readonly Between[] = [
    ...direct.map((shared, index) => ({ box: between(shared, `v${index}`, 1, index), hop: 0, shared })),
    ...hops.flatMap(({ evidence: shared, decision }, hop): readonly Between[] =>
      shared !== undefined
        ? [{ box: between(shared, `v${hop}`, hop * 2 + 1, middle), hop, shared }]
        : decision === undefined
          ? []
          : [
              {
                box: {
                  id: `v${hop}`,
                  kind: "decision",
                  isMarked: true,
                  label: `must_link ${visible(decision.id)}`,
                  detail: `refused by ${visible(decision.refusedBy ?? "a cannot_link")}${ruledBy(decision) === "" ? "" : ` · ${ruledBy(decision)}`}`,
                  column: hop * 2 + 1,
                  row: middle,
                },
                hop,
                shared: undefined,
              },
            ],
    ),
  ];
  const lines = values.flatMap(({ box, hop, shared }) => [
    { from: `i${hop}`, to: box.id, isBroken: shared?.statusA !== "active" },
    { from: box.id, to: `i${hop + 1}`, isBroken: shared?.statusB !== "active" },
  ]);
  const note = evidence.length > SHOWN ? `and ${evidence.length - SHOWN} more values` : "";
  return { title, boxes: [...boxes, ...values.map(({ box }) => box)], lines, note };
}

function shortRefusal(refusal: Shared["refusals"][number]): string {
  return refusal.limit === null
    ? refusalWords(refusal)
    : `refused by ${visible(refusal.blockedBy)} (limit ${refusal.limit})`;
}

function lifePicture(life: Life): Picture {
  const values = life.values.slice(0, SHOWN);
  const events = life.events.slice(0, SHOWN);
  const boxes: Box[] = [
    {
      id: "i",
      kind: "identity",
      isMarked: false,
      label: life.identityId,
      detail: `${life.recordsFound} records${life.confidence === null ? "" : ` · confidence ${life.confidence.toFixed(2)}`}`,
      column: 1,
      row: Math.max(0, (Math.max(life.redirects.length, values.length) - 1) / 2),
    },
    ...life.redirects.slice(0, SHOWN).map((id, row): Box => {
      const event = events.find((each) => each.identityId === id && each.otherIdentityId !== null);
      const by =
        event?.identifier == null ? "" : ` by ${visible(`${event.identifier} ${event.value ?? ""}`)}`;
      const detail = event === undefined ? "leads here" : `${event.event} in run ${event.run}${by}`;
      return { id: `r${row}`, kind: "identity", isMarked: false, label: id, detail, column: 0, row };
    }),
    ...values.map(
      ({ identifier, value, status, records }, row): Box => ({
        id: `v${row}`,
        kind: "value",
        isMarked: status !== "active",
        label: visible(`${identifier} ${value}`),
        detail: `${status.replace("_", " ")} · ${records} record${records === 1 ? "" : "s"}`,
        column: 2,
        row,
      }),
    ),
  ];
  const lines = boxes
    .slice(1)
    .map(
      (box): Line =>
        box.kind === "identity"
          ? { from: box.id, to: "i", isBroken: false }
          : { from: "i", to: box.id, isBroken: box.isMarked },
    );
  const left = [
    ...(life.values.length > SHOWN ? [`${life.values.length - SHOWN} more values`] : []),
    ...(life.redirects.length > SHOWN ? [`${life.redirects.length - SHOWN} more ids`] : []),
  ];
  return {
    title: `The life of ${life.identityId}`,
    boxes,
    lines,
    note: left.length === 0 ? "" : `and ${left.join(", ")}`,
  };
}
