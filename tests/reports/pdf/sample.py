"""A document with everything a report can hold, over several pages, for the tests to take apart."""

LEVELS = {
    "green": ("◆", "G", "Green"),
    "amber": ("▲", "A", "Amber"),
    "red": ("■", "R", "Red"),
    "blue": ("▼", "B", "Blue"),
}
WORKSTREAMS = (
    "Assets Optimisation: Property",
    "Assets Optimisation: Technical",
    "Communities, Customers & Partnerships",
    "Finance",
    "Governance",
    "People",
    "Service Alignment",
)


def rating(token: str, *, last: bool = False) -> str:
    glyph, letter, word = LEVELS[token]
    css = f"rating level-{token}{' last' if last else ''}"
    return (
        f'<td class="{css}"><span class="glyph" aria-hidden="true">{glyph}</span> {letter}'
        f'<span class="vis"> {word}</span></td>'
    )


def ratings() -> str:
    bands = "".join(f'<th scope="colgroup" colspan="2">{band}</th>' for band in ("Overall", "Resources", "Schedule"))
    pairs = '<th scope="col" class="rating last">May</th><th scope="col" class="rating">June</th>' * 3
    tokens = ("green", "amber", "amber", "amber", "green", "green", "red", "red", "blue", "amber")
    rows = ""
    for number, name in enumerate(WORKSTREAMS):
        cells = "".join(rating(tokens[(number + each) % 10], last=each % 2 == 0) for each in range(6))
        movement = '<span class="glyph" aria-hidden="true">▼</span> overall' if number % 3 else "= same"
        rows += f'<tr class="body"><th scope="row">{name.replace("&", "&amp;")}</th>{cells}<td class="text">{movement}</td></tr>'
    return f"""
    <section class="section" id="ratings"><h2>Ratings by workstream</h2><p class="caveat">Using available data.</p>
    <dl class="facts">
      <div><dt>Overall</dt><dd>Amber <small>was Green in May</small></dd></div>
      <div><dt>Time to vesting day</dt><dd>275 days <small>272 of 547 used, 50%</small></dd></div>
      <div><dt>Tranche 1 products delivered</dt><dd>38 of 179 <small>2 off track</small></dd></div>
      <div><dt>Data confidence</dt><dd>3 of 5 <small>54 milestones without a status; 20 products without milestones</small></dd></div>
    </dl>
    <div class="wide" role="region" tabindex="0" aria-labelledby="c-ratings"><table id="t-ratings">
      <caption id="c-ratings">Last period (faint) and this period</caption>
      <thead><tr><td></td>{bands}<td></td></tr>
      <tr><th scope="col">Workstream</th>{pairs}<th scope="col">Movement</th></tr></thead>
      <tbody>{rows}</tbody></table></div>
    <ol class="table-notes"><li>Ratings are those of the workstreams’ own leads.</li><li>See <a href="#milestones">the milestones</a>.</li></ol>
    </section>"""


def delivery() -> str:
    counts = (("Delivered", 39, 38, 1), ("On track", 187, 135, 52), ("At risk", 0, 0, 0), ("Off track", 2, 2, 0))
    rows = ""
    for name, *numbers in counts:
        cells = "".join(f'<td class="count{" zero" if not n else ""}">{n:,}</td>' for n in numbers)
        rows += f'<tr class="body"><th scope="row">{name}</th>{cells}</tr>'
    blank = '<td class="count"><span class="blank" title="Not stated">–<span class="vis"> not stated</span></span></td>'
    return f"""
    <section class="section" id="delivery"><h2>Product delivery</h2>
    <div class="wide"><table id="t-products"><caption>Products by tranche and status, 30 June 2022</caption>
      <thead><tr><th scope="col" rowspan="2">Status</th><th scope="colgroup" colspan="3">Products</th></tr>
      <tr><th scope="col" class="count">All</th><th scope="col" class="count">Tranche 1</th><th scope="col" class="count">Tranche 2</th></tr></thead>
      <tbody>{rows}
      <tr class="subtotal"><th scope="row">With a status</th><td class="count">228</td><td class="count">175</td><td class="count">53</td></tr>
      <tr class="unaccounted"><th scope="row">No status given</th><td class="count">54</td><td class="count">54</td>{blank}</tr>
      <tr class="total"><th scope="row">Total</th><td class="count">1,245</td><td class="count">£1,179</td><td class="count">66</td></tr>
      </tbody></table></div>
    <figure class="chart"><figcaption>Products by status and tranche: 38 of 179 delivered</figcaption>
    <svg viewBox="0 0 640 64" width="640" height="64" role="img" xmlns="http://www.w3.org/2000/svg">
      <title>Tranche 1: 38 delivered, 135 on track. Tranche 2: 1 delivered, 52 on track.</title>
      <g transform="translate(0 0)"><text x="0" y="18" class="bar-label">Tranche 1</text>
        <rect x="120" width="110" height="26" class="shade-0"/><text x="120" dx="8" y="18" class="on-shade-0">38 delivered</text>
        <rect x="230" width="390" height="26" class="shade-1"/><text x="230" dx="8" y="18" class="on-shade-1">135 on track</text></g>
      <g transform="translate(0 38)"><text x="0" y="18" class="bar-label">Tranche 2</text>
        <rect x="120" width="20" height="26" class="shade-0"/>
        <rect x="140" width="150" height="26" class="shade-2"/><text x="140" dx="8" y="18" class="on-shade-2">52 on track</text></g>
    </svg></figure></section>"""


def milestone(number: int) -> str:
    moved = "–" if number % 4 else "£1,280 → £1,310"
    return (
        f'<tr class="body"><th scope="row">M{number + 1:03} Amalgamated baseline agreed with the five councils</th>'
        f'<td class="date">{number % 28 + 1} June 2022</td><td class="count">{number * 37 % 1000:,}</td>'
        f'{rating(("green", "amber", "red")[number % 3])}<td class="text">{moved}</td></tr>'
    )


def milestones(rows: int = 90) -> str:
    bodies = ""
    for start in range(0, rows, 15):
        group = WORKSTREAMS[start // 15 % 7].replace("&", "&amp;")
        lines = "".join(milestone(number) for number in range(start, min(start + 15, rows)))
        bodies += f'<tbody><tr class="group"><th scope="rowgroup" colspan="5">{group}</th></tr>{lines}</tbody>'
    return f"""
    <section class="section" id="milestones"><h2>Milestones</h2>
    <div class="wide"><table id="t-milestones"><caption>All milestones of tranche 1, by workstream</caption>
      <thead><tr><th scope="col">Milestone</th><th scope="col">Due</th><th scope="col" class="count">Days</th>
      <th scope="col" class="rating">Status</th><th scope="col">Moved</th></tr></thead>{bodies}
      <tbody><tr class="total"><th scope="row">Total</th><td class="date"></td><td class="count">1,280</td>
      <td class="rating"></td><td class="text"></td></tr></tbody></table></div></section>"""


PROSE = """
    <section class="section" id="narrative"><h2>Narrative</h2><div class="prose">
    <h3>Achievements</h3>
    <p>The programme’s boards met … and agreed the <a href="https://www.example.org/plan">published plan</a>; the
    <em>base budgets</em> of the five councils are <strong>still being brought together</strong>, and <del>all</del>
    savings lines wait for them — see <a href="#ratings">Ratings by workstream</a> › Finance. <span lang="cy">Diolch yn fawr.</span></p>
    <ul><li>Vesting day in 275 days</li><li>Two products off track:<ul><li>Payroll</li><li>Telephony → moved</li></ul></li></ul>
    <ol><li>First</li><li><p>Second, with a paragraph</p><p>and another of its own.</p></li></ol>
    <table><thead><tr><th>Council</th><th>Staff</th></tr></thead><tbody><tr><td>Mendip</td><td>312</td></tr><tr><td>Sedgemoor</td><td>401</td></tr></tbody></table>
    <blockquote><p>We will not let the month close on a total that does not add up.</p></blockquote>
    </div>
    <dl class="entries"><dt>Finance</dt><dd><p class="entry-heading">Base budgets</p><p>Being brought together.</p></dd>
    <dd><p>Savings lines wait for them.</p></dd><dt>People</dt><dd>TUPE consultation has begun.</dd></dl>
    </section>"""


def costs() -> str:
    months = ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"]
    head = "".join(f'<th scope="col" class="money">{month}</th>' for month in months)
    rows = ""
    for name in ("Staff", "Property", "Technology", "Advice"):
        cells = "".join(f'<td class="money">{(len(name) * 311 + 97 * at) / 10:,.1f}</td>' for at in range(12))
        rows += f'<tr class="body"><th scope="row">{name}</th>{cells}</tr>'
    return f"""
    <section class="section landscape" id="costs"><h2>Spending by month</h2>
    <div class="wide"><table><caption>£ thousand, 2022–23</caption><thead><tr><th scope="col">Line</th>{head}</tr></thead>
    <tbody>{rows}</tbody></table></div></section>
    <section class="section" id="end"><h2>Back upright</h2><div class="prose"><p>{"The end of the report, in words. " * 8}</p></div></section>"""


def document(body: str = "", *, title: str = "LGR in Somerset: scorecard, June 2022", rows: int = 90) -> str:
    content = body or ratings() + delivery() + PROSE + milestones(rows) + costs()
    return f"""<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title></head><body>
    <p class="running">Somerset Council</p><p class="running edition">June 2022 · Edition 1, month open</p>
    <main class="report"><header class="report-head"><p class="crumb">Somerset › LGR › June 2022</p>
    <h1>LGR in Somerset: scorecard</h1>
    <p class="lede">Position as of 30 June 2022, beside 31 May 2022. Edition 1, month open.</p></header>
    {content}</main></body></html>"""
