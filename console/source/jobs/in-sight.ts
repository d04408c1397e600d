const watched = new Map<Element, (isInSight: boolean) => void>();

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) watched.get(target)?.(isIntersecting);
});

/** Tells whenever an element comes into sight or leaves it. Returns how to stop. */
export function watchSight(element: Element, tell: (isInSight: boolean) => void): () => void {
  watched.set(element, tell);
  observer.observe(element);
  return () => {
    observer.unobserve(element);
    watched.delete(element);
  };
}
