/** What the page asks its MD5 workers; without a body: that a question is given up. Every question is answered once. */
export type Md5Request = { readonly id: number; readonly body: Blob } | { readonly id: number };

export type Md5Answer =
  | { readonly id: number; readonly md5: string }
  /** `failure` is the error's name; reading a file fails with those of `DOMException`. */
  | { readonly id: number; readonly failure: string };

/** What a worker says. `isBusy`: it gets on with what it was asked. */
export type Md5Message = Md5Answer | { readonly isBusy: true };
