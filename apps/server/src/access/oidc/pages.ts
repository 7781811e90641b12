/** The pages of sign-in: plain HTML and one style sheet, no script, so that the strictest content policy fits. */

type Lang = 'vi' | 'en'

const TEXT = {
  vi: {
    title: 'Đăng nhập',
    login: 'Tên đăng nhập',
    password: 'Mật khẩu',
    submit: 'Đăng nhập',
    again: 'Mở lại trang đăng nhập',
    expired: 'Lần đăng nhập này đã hết hạn hoặc đã dùng.',
    demo: 'Trang trình diễn: chỉ có người bệnh hư cấu.',
    other: 'English',
    product: 'Y Bạ · Bệnh án điện tử',
  },
  en: {
    title: 'Sign in',
    login: 'User name',
    password: 'Password',
    submit: 'Sign in',
    again: 'Open the sign-in page again',
    expired: 'This sign-in has expired or was already used.',
    demo: 'Demonstration site: all patients are invented.',
    other: 'Tiếng Việt',
    product: 'Y Bạ · Electronic medical record',
  },
} as const

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const html = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c)

function page(lang: Lang, title: string, body: string): string {
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(title)}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/auth/style.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}

export interface SignInPage {
  lang: Lang
  uid: string
  facility: string
  demo: boolean
  /** Kept after a wrong password. */
  login?: string
  error?: { text: string; cure: string }
}

/** The form for user name and password. */
export function signInPage(options: SignInPage): string {
  const t = TEXT[options.lang]
  const other = options.lang === 'vi' ? 'en' : 'vi'
  const error = options.error
    ? `<p class="error" role="alert" id="error"><strong>${html(options.error.text)}</strong> ${html(options.error.cure)}</p>`
    : ''
  const described = options.error ? ' aria-describedby="error" aria-invalid="true"' : ''
  const focusLogin = options.login ? '' : ' autofocus'
  const focusPassword = options.login ? ' autofocus' : ''
  return page(
    options.lang,
    `${t.title} · ${options.facility}`,
    `<p class="product">${t.product}</p>
<h1>${html(options.facility)}</h1>
${error}
<form method="post" action="/auth/sign-in/${html(options.uid)}">
<label for="login">${t.login}</label>
<input id="login" name="login" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="80" required value="${html(options.login ?? '')}"${focusLogin}${described}>
<label for="password">${t.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="512" required${focusPassword}${described}>
<button type="submit">${t.submit}</button>
</form>
<p class="foot">${options.demo ? `<span>${t.demo}</span>` : '<span></span>'}<a href="/auth/sign-in/${html(options.uid)}?lang=${other}" lang="${other}" hreflang="${other}">${t.other}</a></p>`,
  )
}

/** A page that says one thing and leads back to sign-in. */
export function messagePage(_what: 'sign-in-expired', lang: Lang): string {
  const t = TEXT[lang]
  return page(
    lang,
    t.title,
    `<p class="product">${t.product}</p>\n<h1>${t.expired}</h1>\n<p><a class="button" href="/auth/login?return=/">${t.again}</a></p>`,
  )
}

export const STYLE = `:root{color-scheme:light;font-family:"Be Vietnam Pro",system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:#1b2733;background:#eef2f5}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem}
main{width:100%;max-width:25rem;background:#fff;border:1px solid #d5dde4;border-radius:.5rem;padding:2rem;border-top:4px solid #0a7a58}
.product{margin:0;color:#4a5b69;font-size:.875rem}
h1{font-size:1.25rem;line-height:1.35;margin:.25rem 0 1.5rem}
label{display:block;font-size:.875rem;font-weight:600;margin:1rem 0 .5rem}
input{width:100%;font:inherit;padding:.625rem .75rem;border:1px solid #71808d;border-radius:.25rem;background:#fff;color:inherit}
input[aria-invalid=true]{border-color:#b3261e}
button,.button{display:block;width:100%;margin-top:1.5rem;padding:.7rem;font:inherit;font-weight:600;text-align:center;text-decoration:none;color:#fff;background:#0a7a58;border:0;border-radius:.25rem;cursor:pointer}
button:hover,.button:hover{background:#086347}
:focus-visible{outline:3px solid #f2a33a;outline-offset:1px}
.error{margin:0;padding:.75rem;border-left:4px solid #b3261e;background:#fdecea;color:#7a1712;font-size:.875rem}
.foot{display:flex;justify-content:space-between;gap:1rem;margin:1.5rem 0 0;font-size:.8125rem;color:#4a5b69}
.foot a{color:#0b5e8a;white-space:nowrap}
`
