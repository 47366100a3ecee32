interface PathProps {
  /** With a slash at the end, or nothing. */
  readonly folder: string;
  readonly name: string;
  readonly testId: string;
}

/** A file's name, with the folders it lies in before it; written in its own direction, whatever the page's is. */
export function Path({ folder, name, testId }: PathProps) {
  return (
    <p class="path" title={folder + name}>
      <bdi>
        {folder && <span class="folder">{folder}</span>}
        <span class="name" data-testid={testId}>
          {name}
        </span>
      </bdi>
    </p>
  );
}
