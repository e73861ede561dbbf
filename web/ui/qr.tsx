import { encodeQR } from 'qr';
import { memo, useMemo } from 'react';

/** The quiet zone around a QR code (ISO/IEC 18004, 5.3.8). */
const QUIET = 4;

/** A text as a QR code, black on white in any theme, so that every reader sees it. */
export const QrCode = memo(function QrCode({
  text,
  label,
}: {
  readonly text: string;
  readonly label: string;
}) {
  const { size, path } = useMemo(() => draw(text), [text]);
  return (
    <svg
      className="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <path className="qr-light" d={`M0 0h${size}v${size}H0z`} />
      <path className="qr-dark" d={path} />
    </svg>
  );
});

/** Each run of dark modules of a row is one rectangle. */
function draw(text: string): { readonly size: number; readonly path: string } {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET });
  const runs: string[] = [];
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x++;
      runs.push(`M${start} ${y}h${x - start + 1}v1h-${x - start + 1}z`);
    }
  });
  return { size: rows.length, path: runs.join('') };
}
