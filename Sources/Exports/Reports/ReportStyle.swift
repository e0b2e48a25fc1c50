// How a report looks, on a screen and on paper.

enum ReportStyle {
    static let css = """
        :root { color-scheme: light; }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 76rem; background: #fff; color: #111;
               font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
        h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .5rem; }
        h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 .5rem; }
        p { margin: 0 0 .75rem; max-width: 52rem; }
        a { color: #111; }
        section { border-top: 2px solid #111; margin-top: 2.5rem; padding-top: 1rem; }
        .facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 1rem; }
        .facts dt { font-weight: 600; } .facts dd { margin: 0; }
        .part { display: flex; flex-wrap: wrap; gap: 1.5rem 2.5rem; align-items: flex-start; margin: 1rem 0 1.5rem; }
        .part > * { min-width: 0; max-width: 100%; }
        figure { margin: 0; flex: 1 1 30rem; max-width: 40rem; overflow-x: auto; }
        figure:focus-visible { outline: 2px solid #111; outline-offset: 2px; }
        svg { display: block; width: 100%; min-width: 32rem; height: auto; margin-bottom: .75rem; font: 13px system-ui, sans-serif; }
        svg text { fill: #111; } svg .title { font-weight: 600; font-size: 14px; } svg .small { font-size: 11px; }
        svg .strong { font-weight: 600; }
        svg .grid { stroke: #ccc; } svg .axis { stroke: #111; } svg .reference { stroke: #111; stroke-dasharray: 5 4; }
        svg .interval { stroke: #111; stroke-width: 2; } svg .mark { fill: #111; }
        svg .open { fill: #fff; stroke: #111; stroke-width: 2; } svg .bar { fill: #555; }
        svg .outline { fill: none; stroke: #111; } svg .empty { fill: none; stroke: #ccc; }
        svg .shade { fill: #111; } svg .framed { stroke: #111; stroke-width: 2; }
        .wide { overflow-x: auto; margin-bottom: 1.25rem; }
        .wide:focus-visible { outline: 2px solid #111; outline-offset: 2px; }
        table { border-collapse: collapse; font-size: .9rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-weight: 600; padding-bottom: .35rem; }
        th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid #ccc; }
        thead th { border-bottom: 1px solid #111; } tbody th { font-weight: 400; }
        .number { text-align: right; white-space: nowrap; }
        sup { line-height: 0; } sup a { display: inline-block; padding: 0 .25em; }
        .none { color: #444; font-style: italic; }
        code { font-size: .9em; }
        @media print { body { max-width: none; padding: 0; font-size: 10pt; } section, figure, table { break-inside: avoid; }
                       .wide, figure { overflow: visible; } svg { min-width: 0; } }
        """
}
