import { Button } from '../ui/button.tsx';
import { Message } from '../ui/card.tsx';
import { useReading } from '../words/language.tsx';

/** What stands there when nothing can be shown, and the way on. */
export function Failed({ why, onRetry }: { readonly why: string; readonly onRetry: () => void }) {
  const { words } = useReading();
  return (
    <div className="stack centred">
      <Message kind="fault">{why}</Message>
      <Button kind="main" onPress={onRetry}>
        {words.retry}
      </Button>
    </div>
  );
}
