import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { Waiting } from '../ui/card.tsx';
import { useReading } from '../words/language.tsx';
import { Failed } from './failed.tsx';

/** A piece of the pages that is fetched when it is drawn for the first time: whoever does without it does not fetch it. */
export function fetchedLater<Props extends object>(
  fetch: () => Promise<ComponentType<Props>>,
): (props: Props) => ReactNode {
  let fetched: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const { words } = useReading();
    const [Part, setPart] = useState<ComponentType<Props> | undefined>(() => fetched);
    const [isMissing, setMissing] = useState(false);
    useEffect(() => {
      const keep = (part: ComponentType<Props>) => {
        fetched = part;
        setPart(() => part);
      };
      if (!fetched) fetch().then(keep, () => setMissing(true));
    }, []);
    // A new version of the pages may have come meanwhile, which is there after a reload.
    if (isMissing) return <Failed why={words.offline} onRetry={() => location.reload()} />;
    return Part ? <Part {...props} /> : <Waiting label={words.loading} />;
  };
}
