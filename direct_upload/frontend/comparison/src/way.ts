/** What the bench tells a way of uploading. */
export interface Task {
  /** The name of the way. */
  readonly way: string;
  readonly verify: boolean;
  /** In bytes; null: what the way chooses by itself. */
  readonly segmentBytes: number | null;
  readonly single: { readonly url: string; readonly query: string };
  readonly s3: { readonly bucketUrl: string; readonly accessKey: string; readonly secret: string };
}

/** One way of uploading, loaded and ready. Resolves when every file is stored; rejects when one is not. */
export type Upload = (files: readonly File[]) => Promise<void>;
/** Brings a way into the page: what a page does before anybody chooses a file. */
export type Prepare = (task: Task) => Upload;
