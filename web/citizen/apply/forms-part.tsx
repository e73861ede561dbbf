import { ContactScreen } from '../me/contact-screen.tsx';
import { DeclarationScreen } from '../me/declaration-screen.tsx';
import { ApplyScreen } from './apply-screen.tsx';

type ApplyProps = Parameters<typeof ApplyScreen>[0];

/** Which form is drawn. */
export type FormProps =
  | ({ readonly form: 'apply' } & ApplyProps)
  | { readonly form: 'contact' | 'declaration'; readonly refresh: () => void };

/** What people fill in about themselves, in one piece: most have done so once, long ago. */
export function FormPart(props: FormProps) {
  switch (props.form) {
    case 'apply':
      return <ApplyScreen {...props} />;
    case 'contact':
      return <ContactScreen {...props} />;
    case 'declaration':
      return <DeclarationScreen {...props} />;
  }
}
