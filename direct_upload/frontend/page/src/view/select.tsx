export interface Option {
  readonly value: string;
  readonly text: string;
  readonly lang?: string;
}

interface SelectProps {
  readonly label: string;
  readonly isLabelShown?: boolean;
  readonly value: string;
  readonly options: readonly Option[];
  readonly testId?: string;
  readonly class?: string;
  readonly onChange: (value: string) => void;
}

export function Select(props: SelectProps) {
  const { label, isLabelShown = false, value, options, testId, onChange } = props;
  return (
    <label class={`choice ${props.class ?? ""}`}>
      <span class={isLabelShown ? "choice-label" : "unseen"}>{label}</span>
      <select value={value} data-testid={testId} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value} lang={option.lang}>
            {option.text}
          </option>
        ))}
      </select>
    </label>
  );
}
