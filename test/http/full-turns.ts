/** Keeps this process from doing anything else. */
export function block(milliseconds: number): void {
  const endMs = performance.now() + milliseconds;
  while (performance.now() < endMs);
}

/** Makes each turn of the event loop take so long, until the returned function is called. */
export function keepFull(turnMs: number): () => void {
  let isFull = true;
  const fill = () => {
    block(turnMs);
    // With a timer in between what watches over the turns is heard too.
    if (isFull) setTimeout(fill, 1);
  };
  fill();
  return () => {
    isFull = false;
  };
}
