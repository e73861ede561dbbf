/** The fields of a form, by name. */
export type FormFields = ReadonlyMap<string, string>;

/** The secret that a client shows to get a token, and how. */
export interface Credentials {
  readonly clientId: string;
  readonly secret: string;
  readonly way: 'basic' | 'body';
}

/** Reads the credentials of a client (RFC 6749 section 2.3.1); undefined when there are none, `twice` when there are two. */
export function readCredentials(
  authorization: string | undefined,
  form: FormFields,
): Credentials | 'twice' | undefined {
  const basic = readBasic(authorization);
  const [clientId, secret] = [form.get('client_id'), form.get('client_secret')];
  if (authorization !== undefined && secret !== undefined) return 'twice';
  if (basic) return clientId === undefined || clientId === basic.clientId ? basic : 'twice';
  if (clientId === undefined || secret === undefined) return undefined;
  return { clientId, secret, way: 'body' };
}

function readBasic(authorization: string | undefined): Credentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [, clientId, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  if (clientId === undefined || secret === undefined) return undefined;
  return { clientId: formDecoded(clientId), secret: formDecoded(secret), way: 'basic' };
}

function formDecoded(text: string): string {
  return new URLSearchParams(`x=${text.replaceAll('&', '%26')}`).get('x') ?? '';
}

/** The fields of a form; undefined when one comes twice, which OAuth forbids (RFC 6749 section 3.2). */
export function readForm(text: string): FormFields | undefined {
  const fields = [...new URLSearchParams(text)];
  const form = new Map(fields);
  return form.size === fields.length ? form : undefined;
}
