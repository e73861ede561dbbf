/** Outlines on a grid of 24 by 24. */
const OUTLINES = {
  emblem: 'M12 2.5 4 5.5v6c0 5 3.4 8.6 8 10 4.6-1.4 8-5 8-10v-6zM8 12.2l2.8 2.8L16 9.6',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  warning: 'M12 8v5.5M12 17v.01M12 3.5 2.5 20h19z',
  stop: 'M8 2.8h8l5.2 5.2v8L16 21.2H8L2.8 16V8zM8.5 8.5l7 7M15.5 8.5l-7 7',
  question:
    'M9 9.2a3 3 0 1 1 4.2 2.7c-.8.4-1.2 1-1.2 2M12 17.5v.01M12 2.8a9.2 9.2 0 1 0 0 18.4 9.2 9.2 0 0 0 0-18.4z',
  code: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18v2',
  records: 'M7 3.5h10a2 2 0 0 1 2 2v15l-3.5-2-3.5 2-3.5-2-3.5 2v-15a2 2 0 0 1 2-2zM9 8.5h6M9 12.5h6',
  person: 'M12 12a4.2 4.2 0 1 0 0-8.4 4.2 4.2 0 0 0 0 8.4zM4.5 20.5c1-3.6 3.9-5.5 7.5-5.5s6.5 1.9 7.5 5.5',
  phone:
    'M8 2.8h8a1.5 1.5 0 0 1 1.5 1.5v15.4a1.5 1.5 0 0 1-1.5 1.5H8a1.5 1.5 0 0 1-1.5-1.5V4.3A1.5 1.5 0 0 1 8 2.8zM10.5 18h3',
  mask: 'M4 9.5c3-.4 5.2-1.5 8-1.5s5 1.1 8 1.5v3.7c0 3.3-4 5.3-8 5.3s-8-2-8-5.3zM8.5 12h7M9.5 15h5',
  hourglass:
    'M6.5 3h11M6.5 21h11M8 3v3.5c0 2.2 1.6 3.6 4 5.5 2.4-1.9 4-3.3 4-5.5V3M8 21v-3.5c0-2.2 1.6-3.6 4-5.5 2.4 1.9 4 3.3 4 5.5V21',
  cloud: 'M4 4l16 16M8.6 8.9A5 5 0 0 0 6.5 18.5H17M10.6 6.2A6 6 0 0 1 18 11a3.9 3.9 0 0 1 2.5 6.2',
} as const;

/** A sign beside words, which say the same. */
export function Icon({ name }: { readonly name: keyof typeof OUTLINES }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={OUTLINES[name]} />
    </svg>
  );
}
