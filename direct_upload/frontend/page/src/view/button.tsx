import { Icon, type IconName } from "./icon.tsx";

interface ButtonProps {
  readonly text: string;
  /** What a screen reader says, where the text alone would leave open what it is about. */
  readonly label?: string;
  readonly icon?: IconName;
  readonly kind?: "plain" | "quiet" | "primary" | "danger";
  /** Shows the icon alone; the text comes with the pointer. */
  readonly isBare?: boolean;
  readonly isDisabled?: boolean;
  readonly testId?: string;
  readonly onClick: (event: MouseEvent) => void;
}

/** A disabled button keeps the focus, so that the keyboard doesn't lose its place. */
export function Button(props: ButtonProps) {
  const { text, label, icon, kind = "plain", isBare = false, isDisabled = false, testId, onClick } = props;
  return (
    <button
      type="button"
      class={`button ${kind}${isBare ? " bare" : ""}`}
      aria-label={label ?? (isBare ? text : undefined)}
      aria-disabled={isDisabled || undefined}
      title={isBare ? text : undefined}
      data-testid={testId}
      onClick={(event) => !isDisabled && onClick(event)}
    >
      {icon && <Icon name={icon} />}
      {!isBare && <span>{text}</span>}
    </button>
  );
}
