// Figures drawn with D3. Each draws into a place of whatever width, and again when that changes, so that words keep their
// size on a phone. What a figure shows is in its table too; to screen readers it is one picture with one sentence.

import { number } from "./elements.js";

const { d3 } = window;

/** Draws `paint(svg, width)`, which gives the height, in `place`, and again when its width changes. */
export function draw(place, description, paint) {
    const svg = d3.select(place).append("svg").attr("role", "img").attr("aria-label", description);
    let drawn = 0;
    const again = () => {
        const width = Math.floor(place.clientWidth);
        if (!width || width === drawn) return;
        drawn = width;
        svg.selectAll("*").remove();
        const height = paint(svg, width);
        svg.attr("viewBox", `0 0 ${width} ${height}`).attr("height", height);
    };
    new ResizeObserver(again).observe(place);
    again();
}

/** A value with its interval in words. */
export const estimate = ({ value, low, high }, digits = 2) =>
    value === null ? "–" : low === null || high === null ? number(value, digits)
        : `${number(value, digits)} (${number(low, digits)} to ${number(high, digits)})`;

const write = (svg, x, y, words, kind = "", anchor = "start") =>
    svg.append("text").attr("x", x).attr("y", y).attr("class", kind).attr("text-anchor", anchor).text(words);
const rule = (svg, x1, y1, x2, y2, kind) =>
    svg.append("line").attr("x1", x1).attr("y1", y1).attr("x2", x2).attr("y2", y2).attr("class", kind);
const box = (svg, x, y, width, height, kind) =>
    svg.append("rect").attr("x", x).attr("y", y).attr("width", Math.max(0, width)).attr("height", Math.max(0, height)).attr("class", kind);
const marks = {
    dot: (svg, x, y) => svg.append("circle").attr("cx", x).attr("cy", y).attr("r", 5).attr("class", "mark"),
    square: (svg, x, y) => box(svg, x - 4.5, y - 4.5, 9, 9, "open"),
};

/** `words`, cut to what fits into a width; the table has them whole. */
const cut = (words, width) => {
    const letters = Math.max(4, Math.floor(width / 7.5));
    return words.length <= letters ? words : `${words.slice(0, letters - 1)}…`;
};

function interval(svg, scale, { value, low, high }, y, mark) {
    if (value === null) return;
    const [first, last] = scale.domain();
    const x = (at) => scale(Math.min(Math.max(at, first), last));
    if (low !== null && high !== null) {
        rule(svg, x(low), y, x(high), y, "interval");
        for (const end of [low, high]) rule(svg, x(end), y - 4, x(end), y + 4, "interval");
    }
    marks[mark](svg, x(value), y);
}

function axis(svg, scale, top, bottom, ticks) {
    for (const tick of ticks) {
        rule(svg, scale(tick), top, scale(tick), bottom, "grid");
        write(svg, scale(tick), bottom + 16, number(tick, Number.isInteger(tick) ? 0 : tick * 10 % 1 ? 2 : 1), "soft", "middle");
    }
}

/** Bars for counts: `rows` of { name, count, of }. Where each is its own, a bar is a share of what it is of, and without that
 *  there is only the number. */
export function bars(place, description, rows, { isEachItsOwn = false } = {}) {
    draw(place, description, (svg, width) => {
        const most = Math.max(1, ...rows.map(({ count, of }) => Math.max(count, of ?? 0)));
        let y = 0;
        for (const { name, count, of = null } of rows) {
            write(svg, 0, y + 14, cut(name, width - 90), "name");
            write(svg, width, y + 14, of === null ? number(count) : `${number(count)} of ${number(of)}`, "", "end");
            const hasBar = !isEachItsOwn || of !== null;
            const scale = d3.scaleLinear([0, isEachItsOwn ? Math.max(1, count, of) : most], [0, width - 2]);
            if (hasBar && of !== null) box(svg, 1, y + 20, scale(of), 16, "outline");
            if (hasBar) box(svg, 1, y + 20, scale(count), 16, "bar");
            y += hasBar ? 46 : 26;
        }
        return y;
    });
}

/** How a sum grew: `points` of { at, sum }, a step each. */
export function growth(place, description, points, unit) {
    draw(place, description, (svg, width) => {
        const left = 44, right = width - 14, top = 10, bottom = 170;
        const step = unit === "day" ? 864e5 : 36e5, first = points[0].at;
        const x = d3.scaleUtc([first, new Date(+points.at(-1).at + step)], [left, right]);
        const y = d3.scaleLinear([0, points.at(-1).sum], [bottom, top]).nice(4);
        for (const tick of y.ticks(4).filter(Number.isInteger)) {
            rule(svg, left, y(tick), right, y(tick), "grid");
            write(svg, left - 8, y(tick) + 4, number(tick), "soft", "end");
        }
        const format = unit === "day" ? d3.utcFormat("%-d %b") : d3.utcFormat("%-d %b %H:%M");
        let free = -Infinity;
        for (const tick of x.ticks(Math.max(2, Math.floor((right - left) / 130)))) {
            rule(svg, x(tick), bottom, x(tick), bottom + 5, "axis");
            // The first and the last stay inside, and none touches another.
            const half = 48, at = Math.min(Math.max(x(tick), left + half - 30), right - half + 14);
            if (at - half < free) continue;
            write(svg, at, bottom + 20, format(tick), "soft", "middle");
            free = at + half;
        }
        rule(svg, left, bottom, right, bottom, "axis");
        let path = `M${x(first)},${y(0)}`;
        for (const { at, sum } of points) path += `H${x(at)}V${y(sum)}`;
        svg.append("path").attr("class", "line").attr("d", `${path}H${right}`);
        return bottom + 30;
    });
}

/** Ratings at each of seven points, with the mean and its interval: `rows` of { name, counts, mean }. */
export function distributions(place, description, rows, ends) {
    draw(place, description, (svg, width) => {
        const scale = d3.scaleLinear([0.5, 7.5], [0, width]), tall = 118;
        const share = ({ counts }) => counts.map((count) => count / Math.max(1, d3.sum(counts)));
        const most = Math.max(0.01, ...rows.flatMap(share));
        rows.forEach((row, index) => {
            const y = index * tall, base = y + 84;
            write(svg, 0, y + 14, cut(row.name, width - 140), "name");
            write(svg, width, y + 14, estimate(row.mean), "", "end");
            share(row).forEach((part, point) => {
                const height = part / most * 44, x = scale(point + 1);
                box(svg, x - width / 7 * 0.4, base - height, width / 7 * 0.8, height, "bar");
                write(svg, x, base - height - 4, `${number(part * 100)} %`, "soft", "middle");
            });
            rule(svg, 0, base, width, base, "axis");
            interval(svg, scale, row.mean, base + 12, "dot");
        });
        const bottom = rows.length * tall;
        for (let point = 1; point <= 7; point += 1) write(svg, scale(point), bottom, point, "", "middle");
        write(svg, 0, bottom + 18, ends[0], "soft");
        write(svg, width, bottom + 18, ends[1], "soft", "end");
        return bottom + 26;
    });
}

/** Estimates, one under the other: `rows` of { name, marks: [{ estimate, mark, words }] }; the words say what each mark is. */
export function intervals(place, description, rows, { from, to, reference, digits = 2 }) {
    draw(place, description, (svg, width) => {
        const scale = d3.scaleLinear([from, to], [12, width - 12]).nice(5);
        const heights = rows.map(({ marks }) => 22 + marks.length * 36), bottom = d3.sum(heights) + 4;
        axis(svg, scale, 0, bottom, scale.ticks(width < 480 ? 4 : 8));
        if (reference !== undefined) rule(svg, scale(reference), 0, scale(reference), bottom, "reference");
        let y = 0;
        for (const { name, marks } of rows) {
            write(svg, 0, y + 14, cut(name, width), "name");
            marks.forEach((one, index) => {
                const line = y + 22 + index * 36;
                write(svg, 0, line + 10, cut(one.words, width - 140), "soft");
                write(svg, width, line + 10, estimate(one.estimate, digits), "", "end");
                interval(svg, scale, one.estimate, line + 22, one.mark);
            });
            y += 22 + marks.length * 36;
        }
        return bottom + 24;
    });
}

/** Each condition against each: `rate(row, column)` gives an estimate or nothing. */
export function matrix(place, description, names, rate) {
    draw(place, description, (svg, width) => {
        const side = Math.min(200, Math.max(70, width * 0.3)), across = (width - side) / names.length, tall = 44, top = 26;
        names.forEach((name, index) => {
            write(svg, side + (index + 0.5) * across, 16, index + 1, "name", "middle");
            write(svg, 0, top + (index + 0.5) * tall + 5, cut(`${index + 1} ${name}`, side - 8), "name");
        });
        names.forEach((row, line) => names.forEach((column, across1) => {
            const x = side + across1 * across, y = top + line * tall, found = line === across1 ? undefined : rate(row, column);
            if (!found || found.value === null) {
                box(svg, x + 1, y + 1, across - 2, tall - 2, "none");
                write(svg, x + across / 2, y + 27, "–", "soft", "middle");
                return;
            }
            const isClear = found.low !== null && (found.low > 0.5 || found.high < 0.5);
            // Never so dark that the number could not be read on it.
            box(svg, x + 2, y + 2, across - 4, tall - 4, isClear ? "cell framed" : "cell")
                .attr("fill-opacity", Math.abs(found.value - 0.5) * 0.6);
            const isWide = across > 92;
            write(svg, x + across / 2, y + (isWide ? 19 : 27), number(found.value, 2), "name", "middle");
            if (isWide) write(svg, x + across / 2, y + 35, `${number(found.low, 2)}–${number(found.high, 2)}`, "soft", "middle");
        }));
        return top + names.length * tall + 6;
    });
}
