"""How the certificate looks, on a screen by day and night and on paper."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #eceae2; --sheet: #fffefb; --ink: #17211f; --soft: #55625e; --line: #dcded6;
  --accent: #0d5c4d; --tint: #e4efe9; --warn: #7d4b00; --warn-tint: #fdf1da;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0b0f0e; --sheet: #161d1b; --ink: #e9efec; --soft: #a3b1ac; --line: #2c3633;
    --accent: #63cfb2; --tint: #1c322c; --warn: #f0c374; --warn-tint: #33290f;
  }
}
* { box-sizing: border-box; margin: 0; padding: 0; }
html { text-size-adjust: 100%; -webkit-text-size-adjust: 100%; }
body {
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main {
  max-width: 50rem; margin: 2rem auto; padding: clamp(1.25rem, 5vw, 3.5rem);
  background: var(--sheet); border: 1px solid var(--line); border-radius: 4px;
  border-top: 6px solid var(--accent);
}
header { display: flex; justify-content: space-between; gap: 1rem; align-items: baseline; }
header p { color: var(--soft); font-size: .875rem; }
header .brand { color: var(--accent); font-weight: 650; letter-spacing: .02em; }
h1 {
  margin: 1.75rem 0 .25rem; font: 600 clamp(1.6rem, 5vw, 2.25rem)/1.15 Georgia, "Times New Roman",
  serif; text-wrap: balance;
}
h2 { margin: 2rem 0 .6rem; font-size: 1.0625rem; font-weight: 650; }
.lead { color: var(--soft); max-width: 38rem; }
.verdict {
  display: flex; gap: .9rem; align-items: center; margin: 1.5rem 0; padding: .9rem 1.1rem;
  border-radius: 8px; background: var(--tint);
}
.verdict svg { flex: none; width: 2rem; height: 2rem; color: var(--accent); }
.verdict strong { display: block; font-size: 1.125rem; }
.verdict.open { background: var(--warn-tint); }
.verdict.open svg { color: var(--warn); }
.sums {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1rem 1.5rem;
  margin: 1.5rem 0;
}
.sums div { border-top: 1px solid var(--line); padding-top: .5rem; }
.sums dt { color: var(--soft); font-size: .875rem; }
.sums dd {
  font: 600 1.6rem/1.2 Georgia, "Times New Roman", serif; font-variant-numeric: lining-nums;
}
.sums dd small { font: .875rem/1.4 system-ui, sans-serif; display: block; color: var(--soft); }
figure { margin: .5rem 0 0; }
figure svg { display: block; width: 100%; height: 5.5rem; fill: var(--accent); }
figcaption span { white-space: nowrap; }
figcaption {
  display: flex; justify-content: space-between; gap: 1rem; color: var(--soft);
  font-size: .8125rem; border-top: 1px solid var(--line); padding-top: .25rem;
}
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td {
  padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); text-align: right;
  vertical-align: top;
}
th { font-weight: 400; color: var(--soft); font-size: .875rem; }
th:first-child, td:first-child { text-align: left; }
th:last-child, td:last-child { padding-right: 0; }
td.gap { color: var(--warn); font-weight: 600; }
ul { list-style: none; }
li { position: relative; padding: .2rem 0 .2rem 1.75rem; max-width: 40rem; }
li::before { position: absolute; left: .1rem; color: var(--accent); font-weight: 700; }
.proven li::before { content: "✓"; }
.unprovable li::before { content: "?"; color: var(--soft); }
.seal { margin-top: 2.25rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.seal, .seal p { font-size: .8125rem; color: var(--soft); }
.seal dl { margin-top: .6rem; display: grid; grid-template-columns: 6rem 1fr; gap: .25rem .75rem; }
.seal dd, code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .75rem; }
.seal dd { overflow-wrap: anywhere; }
@media (max-width: 36rem) {
  main { margin: 0; border-inline: 0; border-radius: 0; }
  .seal dl { grid-template-columns: 1fr; }
  .seal dd { margin-bottom: .35rem; }
  figcaption { font-size: .75rem; gap: .5rem; }
}
@page { size: A4; margin: 16mm; }
@media print {
  :root {
    color-scheme: light; --paper: #fff; --sheet: #fff; --ink: #000; --soft: #444; --line: #bbb;
    --accent: #0d5c4d; --tint: #fff; --warn: #7d4b00; --warn-tint: #fff;
  }
  body { font-size: 9pt; line-height: 1.4; }
  main { margin: 0; padding: 0; max-width: none; border: 0; }
  h1 { margin-top: .75rem; font-size: 19pt; }
  h2 { margin: .9rem 0 .3rem; font-size: 10.5pt; break-after: avoid; }
  th, td { padding-block: .2rem; }
  li { padding-block: .05rem; max-width: none; }
  .verdict { border: 1px solid var(--line); margin: .7rem 0; padding: .5rem .9rem; }
  .sums { margin: .8rem 0; grid-template-columns: repeat(4, 1fr); }
  .sums dd { font-size: 14pt; }
  figure svg { height: 3rem; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  figure, table, .verdict, .sums, li { break-inside: avoid; }
  .seal { margin-top: .9rem; padding-top: .6rem; break-inside: avoid; }
  .seal, .seal p, .sums dt, .sums dd small, figcaption, th { font-size: 8pt; }
  .seal dd, code { font-size: 7pt; }
  .seal dl { gap: .1rem .75rem; margin-top: .3rem; }
}
"""
