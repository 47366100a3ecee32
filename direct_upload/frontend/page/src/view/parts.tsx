import { SEPARATOR } from "../model/uploadRow.ts";

/** A line of several parts, which breaks between them rather than within a number and its unit. */
export function Parts({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(SEPARATOR).map((part, index) => (
        <>
          {index > 0 && SEPARATOR}
          <span class="part">{part}</span>
        </>
      ))}
    </>
  );
}
