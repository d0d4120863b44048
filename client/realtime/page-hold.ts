/** Has the browser ask before the page is left, while there is something that would be lost with it. */

/** Listens only while it is needed: a page that always does cannot be taken up again as it was. */
export function createPageHold(): (isHeld: boolean) => void {
  const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
  return (isHeld) => {
    if (isHeld) window.addEventListener("beforeunload", ask);
    else window.removeEventListener("beforeunload", ask);
  };
}
