import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InteractionResults } from 'oidc-provider';
import type { DemoAccount } from './accounts.ts';
import { brokenPage, codePage, pickPage, STYLE_HASH } from './pages.ts';
import { ACR, type Provider } from './provider.ts';

const LONGEST_FORM_BYTES = 4_096;

/** Answers the pages on which somebody is picked: `accounts` are those who can be. */
export function answerInteractions(provider: Provider, accounts: () => readonly DemoAccount[]) {
  const secret = randomBytes(32);
  const codeFor = (uid: string, id: string) =>
    String(createHmac('sha256', secret).update(`${uid} ${id}`).digest().readUInt32BE() % 1_000_000).padStart(
      6,
      '0',
    );
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const found = await provider.interactionDetails(request, response).catch(() => undefined);
    if (!found) return show(response, 400, brokenPage('session_not_found'), []);
    const { uid, params } = found;
    const asStaff = String(params.acr_values ?? '').includes(ACR.two);
    const back = [new URL(String(params.redirect_uri)).origin];
    const offered = accounts().filter(({ kind }) => (kind === 'staff') === asStaff);
    const form = request.method === 'POST' ? await readForm(request) : new URLSearchParams();
    const finish = (result: InteractionResults) =>
      provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    if (form.has('cancel')) return finish({ error: 'access_denied', error_description: 'cancelled' });
    const account = offered.find(({ id }) => id === form.get('account'));
    if (!account) return show(response, 200, pickPage(offered, asStaff), back);
    if (!asStaff || form.has('one')) return finish(login(account, ACR.one));
    const code = codeFor(uid, account.id);
    const typed = form.get('code');
    if (typed !== null && isSame(typed, code)) return finish(login(account, ACR.two));
    return show(response, 200, codePage(account, code, typed !== null), back);
  };
}

function login({ id }: DemoAccount, acr: string) {
  return { login: { accountId: id, acr, remember: false } };
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/** `back` is where the forms may lead to in the end, besides the provider itself. */
function show(response: ServerResponse, status: number, html: string, back: readonly string[]): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-security-policy': `default-src 'none'; style-src '${STYLE_HASH}'; form-action 'self' ${back.join(' ')}; frame-ancestors 'none'; base-uri 'none'`,
  });
  response.end(html);
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) {
    text += part;
    if (text.length > LONGEST_FORM_BYTES) return new URLSearchParams();
  }
  return new URLSearchParams(text);
}
