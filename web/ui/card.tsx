import { type ReactNode, useEffect, useId, useRef } from 'react';

/** Something that belongs together, under a heading. */
export function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** The heading of a screen. It takes the focus when the screen comes, so that whoever listens hears where they are. */
export function ScreenHeading({ children }: { readonly children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 className="screen-heading" tabIndex={-1} ref={heading}>
      {children}
    </h1>
  );
}

/** Tells something that has just happened; it is read out. */
export function Message({
  kind,
  children,
}: {
  readonly kind: 'fault' | 'done' | 'note';
  readonly children: ReactNode;
}) {
  return (
    <div className={`message ${kind}`} role={kind === 'fault' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

/** What stands in the place of something that is on its way. */
export function Waiting({ label }: { readonly label: string }) {
  return (
    <div className="waiting" role="status">
      <span className="spinner" aria-hidden="true" />
      {label}
    </div>
  );
}

/** The bar at the bottom, where the thumb is: what can be done on this screen. */
export function ActionBar({ children }: { readonly children: ReactNode }) {
  return <div className="action-bar">{children}</div>;
}
