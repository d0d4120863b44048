/** What had the focus when this was asked gets it back when the answer is called, if it is still on the page. */
export function focusBack(): () => void {
  const before = document.activeElement;
  return () => {
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
}
