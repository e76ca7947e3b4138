// What a run tells while it works; the CLI decides how it looks.
export type Progress =
  | { readonly kind: "stage"; readonly number: number; readonly of: number; readonly title: string }
  | { readonly kind: "statement"; readonly relation: string; readonly rows: number }
  | { readonly kind: "round"; readonly name: string; readonly round: number; readonly rows: number }
  | { readonly kind: "waiting"; readonly message: string };

export type OnProgress = (progress: Progress) => void;
