/** Every field within holds what it may. Else the browser shows the first that does not, and says what it takes. */
export const isFilledIn = (within: ParentNode | null): boolean =>
  [
    ...(within?.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(
      "input, select, textarea",
    ) ?? []),
  ].every((field) => field.reportValidity());
