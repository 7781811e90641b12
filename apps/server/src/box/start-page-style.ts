/** Style of the start page; its digest stands in the content policy. Colours keep a contrast of 4.5 to 1. */
export const STYLE = `
:root{color-scheme:light;--ink:#1b2733;--soft:#4a5a6a;--line:#d5dde5;--paper:#f6f8fa;--accent:#0b6157}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:var(--ink);background:var(--paper)}
header{display:flex;justify-content:space-between;align-items:baseline;gap:1rem;padding:1rem clamp(1rem,4vw,3rem);background:#fff;border-bottom:1px solid var(--line)}
h1{font-size:1.6rem;margin:0;color:var(--accent)}
h1 small{font-size:1rem;font-weight:400;color:var(--soft);margin-left:.5rem}
main{max-width:76rem;margin:0 auto;padding:1rem clamp(1rem,4vw,3rem) 3rem}
h2{font-size:1.15rem;margin:2rem 0 .75rem}
.lead{color:var(--soft);max-width:60rem}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:1rem}
.card{background:#fff;border:1px solid var(--line);border-radius:8px;padding:1rem;display:flex;flex-direction:column}
.card h3{font-size:1.05rem;margin:0}
.card p{margin:.35rem 0}
.card form{margin-top:auto;padding-top:.5rem}
.kind{color:var(--soft);font-size:.9rem}
.on .state{color:#0b6157;font-weight:600}
.off .state{color:#8a2b06;font-weight:600}
a{color:#0b5cad}
.open{display:inline-block;font-weight:600}
.address{font-weight:400;color:var(--soft);font-size:.9rem}
button{font:inherit;padding:.35rem .8rem;border:1px solid #8796a5;border-radius:6px;background:#fff;color:var(--ink);cursor:pointer}
button:hover{background:var(--paper)}
:focus-visible{outline:3px solid #0b5cad;outline-offset:2px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.folders{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:1rem}
.folder{background:#fff;border:1px solid var(--line);border-radius:8px;padding:1rem;display:flex;flex-direction:column;min-width:0}
.folder h3{font-size:1.05rem;margin:0}
.folder p{margin:.35rem 0;overflow-wrap:anywhere}
.lit{color:#0b6157;font-weight:600}
.dim{color:var(--soft)}
.told{margin:.35rem 0;padding-left:1.1rem;font-size:.85rem;color:var(--soft);overflow-wrap:anywhere}
.presses{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:auto;padding-top:.5rem}
.walk{background:#fff;border:1px solid var(--line);border-radius:8px;padding:1rem 1.25rem 1rem 2.5rem;margin:0}
.walk li{margin:.4rem 0}
code{background:#e9eef3;border-radius:4px;padding:.05rem .35rem;font-size:.92em}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;background:#fff;border:1px solid var(--line)}
th,td{text-align:left;vertical-align:top;padding:.4rem .75rem;border-bottom:1px solid var(--line)}
thead th{background:#e9eef3;font-size:.9rem}
tbody th{font-weight:600;border-right:1px solid var(--line)}
footer{margin-top:2rem;color:var(--soft);font-size:.9rem}
`
