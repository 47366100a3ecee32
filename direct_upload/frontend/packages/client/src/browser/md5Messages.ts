/** What the page asks its MD5 workers, and what they answer. */
export interface Md5Question {
  readonly id: number;
  readonly body: Blob;
}

export type Md5Answer =
  | { readonly id: number; readonly md5: string }
  /** `failure` is the error's name; reading a file fails with those of `DOMException`. */
  | { readonly id: number; readonly failure: string };
