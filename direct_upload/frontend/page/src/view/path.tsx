interface PathProps {
  /** With a slash at the end, or nothing. */
  readonly folder: string;
  readonly name: string;
  readonly testId: string;
}

/** A file's name, with the folders it lies in before it. */
export function Path({ folder, name, testId }: PathProps) {
  return (
    <p class="path" title={folder + name}>
      {folder && (
        <span class="folder" dir="auto">
          {folder}
        </span>
      )}
      <span class="name" dir="auto" data-testid={testId}>
        {name}
      </span>
    </p>
  );
}
